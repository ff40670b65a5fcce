"""A part of an evaluation, and which images it has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shard:
    """The ``number``-th of ``count`` parts, counted from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def block(self, images: int, batch_size: int) -> range:
        """The shard's images, starting at a batch boundary whatever views they have; empty if there are too few.

        A multiple of ``batch_size`` images begins a batch (evaluation.packing), so the parts have the same batches as
        the whole.
        """
        blocks = -(-images // batch_size)
        first, stop = (batch_size * (blocks * number // self.count) for number in (self.number - 1, self.number))
        return range(min(first, images), min(stop, images))


def all_shards(count: int) -> list[Shard]:
    """All shards, in order."""
    return [Shard(number, count) for number in range(1, count + 1)]
