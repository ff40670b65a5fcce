"""The blocks of a net that halves the image from stage to stage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """``number`` counts from 1 over the whole net, ``index`` from 0 within the stage."""

    stage: int
    index: int
    number: int

    @property
    def first(self) -> bool:
        """Whether it is the first of its stage."""
        return self.index == 0

    @property
    def stride(self) -> int:
        """2 if the image is halved: at the start of every stage except the first, which follows a pool."""
        return 2 if self.first and self.stage > 0 else 1


def stages(lengths: Sequence[int]) -> Iterator[Block]:
    """The blocks in order, ``lengths[s]`` of them in stage s."""
    number = 0
    for stage, length in enumerate(lengths):
        for index in range(length):
            number += 1
            yield Block(stage, index, number)
