"""A dataset that is another one, but for how its images are read."""

from collections.abc import Sequence

from clsbench.data.dataset import Dataset, Sample


class WrappedDataset:
    """All of data.dataset.Dataset but ``read``, as ``whole`` says it."""

    whole: Dataset

    @property
    def name(self) -> str:
        """The whole one's."""
        return self.whole.name

    @property
    def samples(self) -> Sequence[Sample]:
        """The whole one's."""
        return self.whole.samples

    @property
    def classes(self) -> int | None:
        """The whole one's."""
        return self.whole.classes

    @property
    def any_channels(self) -> bool:
        """The whole one's."""
        return self.whole.any_channels

    @property
    def missing(self) -> Sequence[str]:
        """The whole one's."""
        return self.whole.missing

    @property
    def digest(self) -> str:
        """The whole one's."""
        return self.whole.digest
