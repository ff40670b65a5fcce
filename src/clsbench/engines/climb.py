"""Finds the batch size of a GPU by trial: it grows as long as a view gets cheaper and the batch fits."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

_MOST_VIEWS = 1024  # beyond this, the images that wait for a batch fill the host's memory
_LEAST_GAIN = 0.05  # of the time per view; a smaller gain is not worth twice the memory


def climbed(engine: str, first: int, milliseconds: Callable[[int], float | None]) -> int:
    """The batch size with the least time per view, doubling from ``first``; it is logged.

    ``milliseconds`` gives the time of a batch with that many views, or None if it does not fit in memory.
    """
    best, best_each, tried = first, float("inf"), []
    size = first
    while size <= _MOST_VIEWS and (taken := milliseconds(size)) is not None:
        each = taken / size
        tried.append(f"{each:.3f} ms at {size}")
        if each > best_each * (1 - _LEAST_GAIN):
            break
        best, best_each = size, each
        size *= 2
    log.info("engine=%s: batch_size=%d: a view takes %s", engine, best, ", ".join(tried) or "too much memory")
    return best
