"""The interface of every engine: it opens a network, and the opened network turns views into probabilities."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clsbench.data.mirrors import Mirrors


class Network(Protocol):
    """A network in every form that an engine may read; a file is made when it is first requested."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width) of one view."""

    @property
    def output(self) -> str:
        """The name of the blob with the scores."""

    @property
    def classes(self) -> int:
        """The number of scores per view."""

    def onnx(self) -> Path:
        """The ONNX file, with a free batch dimension."""

    def prototxt(self) -> Path:
        """The prototxt in BVLC Caffe's dialect."""

    def caffemodel(self) -> Path:
        """The weights that belong to ``prototxt()``."""


@dataclass(frozen=True)
class Description:
    """What an opened engine actually uses, whatever was requested."""

    engine: str
    versions: Mapping[str, str]
    device: str  # "cpu" or "cuda:N"
    threads: int  # in total, over all streams
    streams: int  # calls that may run at once
    batch_size: int  # views per call that suit the engine best
    precision: str
    provider: str = ""  # which of the engine's back ends runs the network, if it has several
    is_clocked: bool = True  # whether a call takes as long as the network does
    precision_note: str = ""  # why the precision is not what one would expect, for example not faster; empty otherwise


class Predictor(Protocol):
    """An opened network; it may be called from ``description.streams`` threads at once."""

    @property
    def description(self) -> Description:
        """What is actually used."""

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class) of views (batch, channel, height, width), for any batch size; raises EngineError."""


@runtime_checkable
class TakesPixels(Protocol):
    """A predictor that prefers 8-bit pixels to inputs."""

    def of_pixels(self, table: NDArray[np.float32], *, rgb: bool) -> Predictor:
        """A predictor of pixels (batch, channel, height, width) uint8, in the order blue, green, red or as grey.

        ``table`` (channel, 256) has the input for every pixel value; with ``rgb`` the input's channels are reversed.
        """


@runtime_checkable
class MakesMirrors(Protocol):
    """A predictor that prefers to make mirror images itself."""

    def mirrored(self, views: NDArray[np.float32], mirrors: Mirrors, /) -> NDArray[np.float32]:
        """Scores (batch, class) of the views that ``mirrors`` makes from ``views``."""


@runtime_checkable
class OffersRoom(Protocol):
    """A predictor that provides the memory in which a batch is assembled."""

    def room(self, views: int) -> NDArray[np.float32]:
        """(views, channel, height, width), in the type that the predictor takes; valid until the thread's next call."""


class Engine(Protocol):
    """A runtime with its settings, built from conf/engine/*.yaml."""

    def identity(self) -> Mapping[str, str]:
        """What determines its results besides its settings and is known before it is opened.

        That is versions, and the device that it will use ("device"). Raises MissingEngineError.
        """

    def open(self, network: Network) -> AbstractContextManager[Predictor]:
        """The network, ready to run; leaving the context stops running calls. Raises EngineError."""
