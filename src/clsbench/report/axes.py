"""Chooses the params and tags for the rows and columns of a pivot if the user does not."""

from collections.abc import Iterable, Sequence

from clsbench.errors import ConfigError
from clsbench.report.nearest import nearest
from clsbench.report.run import Run

# What a run is selected by, in the order in which a reader asks for it.
_CHOICES = (
    *("model", "weights", "crop", "crop_size", "size", "base_size", "resize", "preprocessing", "dataset"),
    *("engine", "device", "precision", "batch_size", "timing", "limit"),
)


def check_key(key: str, runs: Sequence[Run]) -> None:
    """Raises ConfigError, with the nearest name, if no run has a param or tag ``key``."""
    known = {name for run in runs for name in (*run.params, *run.tags) if not name.startswith("mlflow.")}
    if runs and key not in known:
        raise ConfigError(f"no run has a param or tag {key}{nearest(key, known)}")


def chosen_axes(
    runs: Sequence[Run], rows: tuple[str, ...], columns: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The given keys; for an empty side, those in which the runs differ. ``model`` is always a row."""
    rows = rows or ("model",)
    if not columns:
        taken = list(rows)
        for key in _CHOICES:
            if key not in taken and _splits(runs, taken, key):
                taken.append(key)
        columns = tuple(taken[len(rows) :])
    return rows, columns


def values_of(run: Run, keys: Iterable[str]) -> tuple[str, ...]:
    """The run's value of each key, or a dash if it has none."""
    return tuple(run.get(key) or "-" for key in keys)


def _splits(runs: Sequence[Run], keys: Sequence[str], key: str) -> bool:
    """Whether runs with the same ``keys`` differ in ``key``."""
    seen: dict[tuple[str, ...], str | None] = {}
    return any(seen.setdefault(values_of(run, keys), run.get(key)) != run.get(key) for run in runs)
