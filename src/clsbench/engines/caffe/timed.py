"""pycaffe's backward and its layers one by one, for timing."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.prototxt import read_prototxt
from clsbench.engines.caffe.process import CaffeProcess
from clsbench.engines.engine import Description, Network
from clsbench.engines.timed import NestedTimes

TEST, TRAIN = "TEST", "TRAIN"  # Caffe's phases

# A deploy network has no loss, and without one Caffe runs no backward at all (Net::Init). This field makes it compute
# the gradients of all weights and blobs, down to the images.
_FORCED = "force_backward: true\n"


@dataclass(frozen=True)
class ForcedBackward:
    """``network`` with a prototxt of its own, for which Caffe computes gradients."""

    network: Network
    text: Path

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width)."""
        return self.network.input_shape

    @property
    def output(self) -> str:
        """The blob with the scores."""
        return self.network.output

    @property
    def classes(self) -> int:
        """The number of scores."""
        return self.network.classes

    def onnx(self) -> Path:
        """The ONNX file."""
        return self.network.onnx()

    def prototxt(self) -> Path:
        """The prototxt that forces a backward."""
        return self.text

    def caffemodel(self) -> Path:
        """The weights."""
        return self.network.caffemodel()


@contextmanager
def forced_backward(network: Network) -> Iterator[ForcedBackward]:
    """``network`` with gradients; its prototxt is deleted with the block."""
    with tempfile.TemporaryDirectory(prefix="clsbench-") as folder:
        text = Path(folder, network.prototxt().name)
        text.write_text(_FORCED + network.prototxt().read_text(encoding="utf-8"), encoding="utf-8")
        yield ForcedBackward(network, text)


def gathers_statistics(prototxt: Path) -> bool:
    """Whether a BatchNorm uses the batch's own statistics in phase TRAIN, not those ``use_global_stats`` stored."""
    layers = read_prototxt(prototxt).layers
    return any(layer.type == "BatchNorm" and not layer.params.get("use_global_stats") for layer in layers)


@dataclass(frozen=True)
class CaffeTimedPredictor:
    """One open process whose layers can be run one by one; ``gradients``: it was opened with a backward."""

    description: Description
    process: CaffeProcess
    layers: Sequence[tuple[str, str]]
    gradients: bool

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class) of at most ``description.batch_size`` views."""
        return self.process.forward(views)

    def backward(self) -> None:
        """The gradients of all weights and blobs for the views of the last call."""
        assert self.gradients
        self.process.done("backward")

    def nested(self) -> NestedTimes:
        """Runs the views of the last call again, layer by layer, timed by the process's own clock."""
        forward_ms, forward_layers = self.process.done("nested_forward")
        if not self.gradients:
            return NestedTimes(forward_ms, tuple(forward_layers), None, None)
        backward_ms, backward_layers = self.process.done("nested_backward")
        return NestedTimes(forward_ms, tuple(forward_layers), backward_ms, tuple(backward_layers))


def timed_predictor(description: Description, process: CaffeProcess, *, gradients: bool) -> CaffeTimedPredictor:
    """``process`` with the names of its layers."""
    layers = [(str(name), str(kind)) for name, kind in process.done("layers")]
    return CaffeTimedPredictor(description, process, layers, gradients)
