"""Views of successive images packed into batches: a large image fills several, small ones share one.

No batch has images from both sides of a multiple of its size, counted in images. So each block of that many images has
batches of its own, even if earlier images were unreadable or had fewer views, and an evaluation can begin at any block.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clsbench.data.mirrors import Mirrors, joined, unmirrored

# Returns an array (batch, channel, height, width) for that many views.
Room = Callable[[int], NDArray[np.float32]]


@dataclass(slots=True)
class ScoredImage:
    """An image in progress: its scores (view, class) arrive in parts, in any order."""

    index: int
    weights: NDArray[np.float32]
    problem: str | None
    missing: int = field(init=False)  # views whose scores have not arrived yet
    scores: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        self.missing = len(self.weights)

    def keep(self, first: int, scores: NDArray[np.float32]) -> None:
        """Stores the scores (view, class) of the views from ``first`` on; those of all views as they are."""
        if len(scores) == len(self.weights):
            self.scores, self.missing = scores, 0
            return
        if self.scores is None:
            self.scores = np.empty((len(self.weights), scores.shape[1]), np.float32)
        self.scores[first : first + len(scores)] = scores
        self.missing -= len(scores)

    def summed(self) -> NDArray[np.float32]:
        """The weighted sum (class,) over the views, in float32 and in view order, as in the protocol."""
        assert self.scores is not None
        assert not self.missing
        # Reducing the first axis adds row by row, so the sum does not depend on how the views were packed.
        total: NDArray[np.float32] = np.add.reduce(self.scores * self.weights[:, np.newaxis], axis=0)
        return total


def summed(images: Sequence[ScoredImage]) -> NDArray[np.float32]:
    """The weighted sum (image, class) of fully scored images; bitwise the same as one by one."""
    if all(len(image.weights) == 1 for image in images):
        scores = np.concatenate([image.scores for image in images if image.scores is not None])
        scores *= np.concatenate([image.weights for image in images])[:, np.newaxis]
        return scores
    return np.stack([image.summed() for image in images])


@dataclass(frozen=True)
class Part:
    """Some views of one image, starting at its view ``first``; with ``mirrors``, the views from which all are made."""

    image: ScoredImage
    first: int
    views: NDArray[np.float32]
    mirrors: Mirrors | None = None

    @property
    def count(self) -> int:
        """The number of its views."""
        return len(self.views if self.mirrors is None else self.mirrors)


@dataclass(frozen=True)
class Batch:
    """Views of one or more images that are run together."""

    parts: tuple[Part, ...]

    def views(self, room: Room | None = None) -> NDArray[np.float32]:
        """(batch, channel, height, width), assembled in ``room``; without it, not copied if all are from one image."""
        parts = [part.views for part in self.parts]
        if room is not None:
            return np.concatenate(parts, out=room(sum(map(len, parts))))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    @property
    def mirrors(self) -> Mirrors | None:
        """What its views are made from; None if they are all given."""
        if all(part.mirrors is None for part in self.parts):
            return None
        return joined([(len(part.views), part.mirrors or unmirrored(len(part.views))) for part in self.parts])

    def keep(self, scores: NDArray[np.float32]) -> None:
        """Passes each image its scores."""
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
        """The batches that end with or before ``views``; the remainder waits for the next image of the block."""
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
        """The waiting views as a batch, which may be smaller; nothing if none wait."""
        if self.parts:
            batch = Batch(tuple(self.parts))
            self.parts, self.filled = [], 0
            yield batch


def images_in_full_batches(views: Sequence[int], size: int, total: int) -> int:
    """The number of first images, ``views`` each, that can be left out without changing the batches of the others.

    The last batch of a block, and of all ``total`` images, may be smaller than ``size``.
    """
    if len(views) == total:
        return total
    block = len(views) - len(views) % size  # both a block and a batch begin here
    waiting = 0
    cut = block
    for images, number in enumerate(views[block:], block + 1):
        waiting = (waiting + number) % size
        if not waiting:
            cut = images
    return cut


def batches_of(views: Sequence[int], size: int) -> int:
    """The number of batches that the first images make, with ``views`` each."""
    blocks = (views[first : first + size] for first in range(0, len(views), size))
    return sum(math.ceil(sum(block) / size) for block in blocks)
