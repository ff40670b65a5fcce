"""What every engine offers: it opens a network, and the opened network turns views into probabilities."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clsbench.data.mirrors import Mirrors


class Network(Protocol):
    """A network that an engine may open, in whichever form it reads; a file is made when it is first asked for."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width) of one view."""

    @property
    def output(self) -> str:
        """The name of the blob with the scores."""

    @property
    def classes(self) -> int:
        """How many scores a view gets."""

    def onnx(self) -> Path:
        """The ONNX file; its batch dimension is free."""

    def prototxt(self) -> Path:
        """The prototxt in BVLC Caffe's dialect."""

    def caffemodel(self) -> Path:
        """The weights that belong to ``prototxt()``."""


@dataclass(frozen=True)
class Description:
    """What an opened engine really uses, whatever was asked for."""

    engine: str
    versions: Mapping[str, str]
    device: str  # "cpu" or "cuda:N"
    threads: int  # in all, over the streams
    streams: int  # calls that may run at once
    batch_size: int  # views a call that suit the engine best
    precision: str
    provider: str = ""  # which of its own back ends runs the network, where it has several
    is_clocked: bool = True  # whether a call takes the time that the network takes
    precision_note: str = ""  # why the precision is not what one would expect of it, such as faster; empty otherwise


class Predictor(Protocol):
    """An opened network; may be called from ``description.streams`` threads at once."""

    @property
    def description(self) -> Description:
        """What is really used."""

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class) of views (batch, channel, height, width), any batch; raises EngineError."""


@runtime_checkable
class TakesPixels(Protocol):
    """A predictor that would rather have 8-bit pixels than inputs."""

    def of_pixels(self, table: NDArray[np.float32], *, rgb: bool) -> Predictor:
        """Predicts from pixels (batch, channel, height, width) uint8, in the order blue, green, red or grey.

        ``table`` (channel, 256) has the input of every pixel; with ``rgb`` the input's channels are reversed.
        """


@runtime_checkable
class MakesMirrors(Protocol):
    """A predictor that would rather make mirror images by itself."""

    def mirrored(self, views: NDArray[np.float32], mirrors: Mirrors, /) -> NDArray[np.float32]:
        """Scores (batch, class) of the views that ``mirrors`` makes of ``views``."""


@runtime_checkable
class OffersRoom(Protocol):
    """A predictor that says where a batch is to be put together."""

    def room(self, views: int) -> NDArray[np.float32]:
        """(views, channel, height, width), of the type that the predictor takes; until the thread's next call."""


class Engine(Protocol):
    """A runtime with its settings, built from conf/engine/*.yaml."""

    def identity(self) -> Mapping[str, str]:
        """What decides its results beside its settings and can be told before it is opened: versions, and the device
        that it is about to use ("device"). Raises MissingEngineError."""

    def open(self, network: Network) -> AbstractContextManager[Predictor]:
        """The network, ready to run; leaving the context stops the calls that still run. Raises EngineError."""
