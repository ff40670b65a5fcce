"""Views of which some mirror others: only the others are made and copied; whoever runs them makes the mirror images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Mirrors:
    """What each view is made from: ``rows`` (view,) the array's row, ``flipped`` (view,) whether it is mirrored."""

    rows: NDArray[np.intp]
    flipped: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, array: NDArray[np.float32], taken: slice) -> tuple[NDArray[np.float32], "Mirrors"]:
        """Some of the views of ``array``: the rows that they need, not copied if adjacent."""
        needed, rows = np.unique(self.rows[taken], return_inverse=True)
        first, stop = (int(needed[0]), int(needed[-1]) + 1) if len(needed) else (0, 0)
        kept = array[first:stop] if stop - first == len(needed) else array[needed]
        return kept, Mirrors(rows.astype(np.intp), self.flipped[taken])

    def views(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """All views (view, channel, height, width)."""
        made: NDArray[np.float32] = array[self.rows]
        made[self.flipped] = made[self.flipped, ..., ::-1]
        return made


def unmirrored(rows: int) -> Mirrors:
    """For arrays whose rows are the views themselves."""
    return Mirrors(np.arange(rows), np.zeros(rows, np.bool_))


def joined(parts: Sequence[tuple[int, Mirrors]]) -> Mirrors:
    """For arrays with that many rows, one after another."""
    starts = np.cumsum([0, *(rows for rows, _ in parts)])
    shifted = [mirrors.rows + start for (_, mirrors), start in zip(parts, starts[:-1], strict=True)]
    return Mirrors(np.concatenate(shifted), np.concatenate([mirrors.flipped for _, mirrors in parts]))
