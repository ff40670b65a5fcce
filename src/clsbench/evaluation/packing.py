"""Views of successive images packed into batches: a large image fills several, small ones share one.

No batch has images from both sides of a multiple of its size, counted in images: each block of so many images has
batches of its own, whatever images before it were unreadable or of fewer views: an evaluation can begin at any block.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clsbench.data.mirrors import Mirrors, as_they_are, joined

# Gives an array (batch, channel, height, width) for so many views.
Room = Callable[[int], NDArray[np.float32]]


@dataclass(slots=True)
class ScoredImage:
    """An image on its way: its scores (view, class) come in parts, in any order."""

    index: int
    weights: NDArray[np.float32]
    problem: str | None
    missing: int = field(init=False)  # views whose scores have not come yet
    scores: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        self.missing = len(self.weights)

    def keep(self, first: int, scores: NDArray[np.float32]) -> None:
        """Takes the scores (view, class) of the views from ``first`` on; those of all views as they are."""
        if len(scores) == len(self.weights):
            self.scores, self.missing = scores, 0
            return
        if self.scores is None:
            self.scores = np.empty((len(self.weights), scores.shape[1]), np.float32)
        self.scores[first : first + len(scores)] = scores
        self.missing -= len(scores)

    def summed(self) -> NDArray[np.float32]:
        """The weighted sum (class,) over the views, in float32 and in the views' order, as the protocol has it."""
        assert self.scores is not None
        assert not self.missing
        # Reducing the first axis adds row after row, so the sum does not depend on how the views were packed.
        total: NDArray[np.float32] = np.add.reduce(self.scores * self.weights[:, np.newaxis], axis=0)
        return total


def summed(images: Sequence[ScoredImage]) -> NDArray[np.float32]:
    """The weighted sum (image, class) of each image, all scored; the same bits as one by one."""
    if all(len(image.weights) == 1 for image in images):
        scores = np.concatenate([image.scores for image in images if image.scores is not None])
        scores *= np.concatenate([image.weights for image in images])[:, np.newaxis]
        return scores
    return np.stack([image.summed() for image in images])


@dataclass(frozen=True)
class Part:
    """Some views of one image, from its view ``first`` on; with ``mirrors`` those of which all are made."""

    image: ScoredImage
    first: int
    views: NDArray[np.float32]
    mirrors: Mirrors | None = None

    @property
    def count(self) -> int:
        """How many views it has."""
        return len(self.views if self.mirrors is None else self.mirrors)


@dataclass(frozen=True)
class Batch:
    """Views of one or more images that are forwarded together."""

    parts: tuple[Part, ...]

    def views(self, room: Room | None = None) -> NDArray[np.float32]:
        """(batch, channel, height, width), put together in ``room``; without it no copy where all are of one image."""
        parts = [part.views for part in self.parts]
        if room is not None:
            return np.concatenate(parts, out=room(sum(map(len, parts))))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    @property
    def mirrors(self) -> Mirrors | None:
        """What its views are made of; None where those that it gives are all."""
        if all(part.mirrors is None for part in self.parts):
            return None
        return joined([(len(part.views), part.mirrors or as_they_are(len(part.views))) for part in self.parts])

    def keep(self, scores: NDArray[np.float32]) -> None:
        """Gives each image its scores."""
        at = 0
        for part in self.parts:
            part.image.keep(part.first, scores[at : at + part.count])
            at += part.count


@dataclass
class Packer:
    """Fills batches of ``size`` views; the images come in rising order."""

    size: int
    parts: list[Part] = field(default_factory=list)
    filled: int = 0

    def add(self, image: ScoredImage, views: NDArray[np.float32], mirrors: Mirrors | None = None) -> Iterator[Batch]:
        """The batches that end with ``views`` or before them; what is left waits for the next image of the block."""
        if self.parts and self.parts[-1].image.index // self.size != image.index // self.size:
            yield from self.rest()
        first = 0
        while first < len(views if mirrors is None else mirrors):
            taken = slice(first, first + self.size - self.filled)
            part = Part(image, first, *((views[taken],) if mirrors is None else mirrors.part(views, taken)))
            self.parts.append(part)
            self.filled += part.count
            first += part.count
            if self.filled == self.size:
                yield from self.rest()

    def rest(self) -> Iterator[Batch]:
        """What waits, as a batch that may be smaller; nothing if nothing waits."""
        if self.parts:
            batch = Batch(tuple(self.parts))
            self.parts, self.filled = [], 0
            yield batch


def images_in_full_batches(views: Sequence[int], size: int, total: int) -> int:
    """How many of the first images, ``views`` each, can be left out without a change to the batches of the others.

    The last batch of a block, and that of all ``total`` images, may be smaller than ``size``.
    """
    if len(views) == total:
        return total
    block = len(views) - len(views) % size  # a block begins here, and so does a batch
    waiting = 0
    cut = block
    for images, number in enumerate(views[block:], block + 1):
        waiting = (waiting + number) % size
        if not waiting:
            cut = images
    return cut


def batches_of(views: Sequence[int], size: int) -> int:
    """How many batches the first images make, ``views`` each."""
    blocks = (views[first : first + size] for first in range(0, len(views), size))
    return sum(math.ceil(sum(block) / size) for block in blocks)
