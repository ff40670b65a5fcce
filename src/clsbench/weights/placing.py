"""Puts a caffemodel and its sidecar in place together."""

from collections.abc import Callable
from pathlib import Path

from clsbench.errors import DiskError, WeightsError
from clsbench.weights.sidecar import Sidecar, write_sidecar


def placed(output: Path, draft: Path, make: Callable[[Path], Sidecar]) -> Sidecar:
    """Moves what ``make`` writes to ``draft`` to ``output``, with its sidecar; if it fails, nothing is moved.

    Raises WeightsError if the disk does not accept them.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        try:
            sidecar = make(draft)
            # The sidecar first: beside the old weights it is an error, but new weights without one would get the
            # model's own preprocessing.
            write_sidecar(sidecar, output)
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, DiskError) as error:
        raise WeightsError(f"{output}: cannot write it: {error}") from error
    return sidecar
