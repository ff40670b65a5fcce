"""A dataset that equals another, except in how its images are read."""

from collections.abc import Sequence

from clsbench.data.dataset import Dataset, Sample


class WrappedDataset:
    """All of data.dataset.Dataset except ``read``, as in ``whole``."""

    whole: Dataset

    @property
    def name(self) -> str:
        """As in the whole dataset."""
        return self.whole.name

    @property
    def samples(self) -> Sequence[Sample]:
        """As in the whole dataset."""
        return self.whole.samples

    @property
    def classes(self) -> int | None:
        """As in the whole dataset."""
        return self.whole.classes

    @property
    def any_channels(self) -> bool:
        """As in the whole dataset."""
        return self.whole.any_channels

    @property
    def missing(self) -> Sequence[str]:
        """As in the whole dataset."""
        return self.whole.missing

    @property
    def digest(self) -> str:
        """As in the whole dataset."""
        return self.whole.digest
