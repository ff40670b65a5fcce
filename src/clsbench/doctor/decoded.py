"""The sample's images, decoded once if they fit in memory: every hypothesis starts from the same pixels."""

from dataclasses import dataclass, field
from threading import Lock

from clsbench.data.dataset import Dataset, Image, Stored
from clsbench.data.datasets.wrapped import WrappedDataset
from clsbench.data.decode import decode

_BUDGET_BYTES = 2**29


@dataclass
class DecodedDataset(WrappedDataset):
    """``whole`` as images of ``channels``, without labels; satisfies data.dataset.Dataset."""

    whole: Dataset
    channels: int
    budget_bytes: int = _BUDGET_BYTES
    kept: dict[int, Image] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def read(self, index: int) -> Stored:
        """The pixels (height, width, channel). Raises BadImageError."""
        if index in self.kept:
            return self.kept[index]
        stored = self.whole.read(index)
        if isinstance(stored, bytes) and self.channels not in (1, 3):
            return stored  # refused by the maker of views
        image = decode(stored, self.channels) if isinstance(stored, bytes) else stored
        with self.lock:
            if image.nbytes <= self.budget_bytes:
                self.budget_bytes -= image.nbytes
                self.kept[index] = image
        return image
