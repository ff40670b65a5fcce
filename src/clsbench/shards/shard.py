"""A part of an evaluation: which images it has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shard:
    """The ``number``-th, from 1 on, of ``count`` parts."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def block(self, images: int, batch_size: int) -> range:
        """Its images: from the beginning of a batch on, whatever views they have; empty where there are too few.

        A multiple of ``batch_size`` images begins a batch (evaluation.packing), so the parts' batches are the whole's.
        """
        blocks = -(-images // batch_size)
        first, stop = (batch_size * (blocks * number // self.count) for number in (self.number - 1, self.number))
        return range(min(first, images), min(stop, images))


def all_shards(count: int) -> list[Shard]:
    """In their order."""
    return [Shard(number, count) for number in range(1, count + 1)]
