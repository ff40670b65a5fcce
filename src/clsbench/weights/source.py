"""A place that still offers weights of a network, and their properties."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

SAME, ARCHITECTURE = "same", "architecture"  # relations to the published weights

Triple: TypeAlias = tuple[float, float, float]
IMAGENET: tuple[Triple, Triple] = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # torch's mean and std
# In file names such as resnet18-f37072fd.pth: the first digits of the sha256.
_CHECKSUM = re.compile(r"-([0-9a-f]{8,})\.pth$")


@dataclass(frozen=True)
class Source:
    """One model of a library. ``mean`` and ``std`` apply to pixels from 0 to 1, in the order red, green, blue."""

    network: str
    library: str  # timm | torchvision
    name: str
    location: str  # a repository of the Hugging Face hub, or the URL of a .pth file
    licence: str
    relation: str  # to the published weights: same | architecture
    evidence: str  # of the relation
    mean: Triple = IMAGENET[0]
    std: Triple = IMAGENET[1]
    label_order: str = "ilsvrc2012"  # every model of the two libraries

    @property
    def title(self) -> str:
        """Its usual name: ``timm dpn92.mx_in1k``."""
        return f"{self.library} {self.name}"

    @property
    def is_file(self) -> bool:
        """Whether it is a .pth file at a URL."""
        return self.location.startswith(("https://", "http://"))

    @property
    def checksum(self) -> str | None:
        """The first digits of the file's sha256, if its name contains them."""
        found = _CHECKSUM.search(self.location)
        return found[1] if found else None

    @property
    def caffe_mean(self) -> list[float]:
        """Blue, green, red, of 8-bit pixels."""
        return _of_pixels(self.mean)

    @property
    def caffe_std(self) -> list[float]:
        """Blue, green, red, of 8-bit pixels."""
        return _of_pixels(self.std)


def _of_pixels(numbers: Sequence[float]) -> list[float]:
    # 0.485 * 255 is 123.67499999999998 in binary
    return [round(255 * number, 9) for number in reversed(numbers)]
