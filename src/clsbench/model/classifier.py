"""What a run knows about its network, whichever files it came from."""

from pathlib import Path
from typing import Protocol


class Classifier(Protocol):
    """A network with its weights at one crop size; engines open it."""

    @property
    def name(self) -> str:
        """Its name in reports."""

    @property
    def weights(self) -> Path | None:
        """The file with its weights; None if they are random."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of its results must know."""

    @property
    def input_rms(self) -> float:
        """The root mean square of the expected input: prepared photographs."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width) of one view."""

    @property
    def output(self) -> str:
        """The name of the blob with the scores."""

    @property
    def classes(self) -> int:
        """The number of scores per view."""

    @property
    def network_sha256(self) -> str:
        """Identifies the layers and the input size."""

    @property
    def weights_sha256(self) -> str:
        """Identifies the weights."""

    @property
    def bvlc_text(self) -> str | None:
        """The prototxt in BVLC Caffe's dialect; None for a network that did not come from Caffe."""

    def check(self) -> None:
        """Raises WeightsError or NetError if it cannot be run as a classifier."""

    def onnx(self) -> Path:
        """The ONNX file."""

    def prototxt(self) -> Path:
        """The prototxt in BVLC Caffe's dialect; raises ConfigError if there is none."""

    def caffemodel(self) -> Path:
        """The weights that belong to ``prototxt()``; raises ConfigError if there are none."""
