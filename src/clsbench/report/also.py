"""``--also``: appends your own networks to a published table, as further rows that follow its cells."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from clsbench.errors import ConfigError
from clsbench.report.cell_status import CellStatus, chosen, evaluation_status, own_status, timing_status
from clsbench.report.cells import DATASET, AccuracyCell, TimeCell
from clsbench.report.nearest import nearest
from clsbench.report.run import Run
from clsbench.report.table_data import Accuracy, TableData, Times, figure_of
from clsbench.zoo.catalogue import Entry

Pixels = tuple[int, int]
_SETTINGS = ("weights", "preprocessing", "resize")


@dataclass(frozen=True)
class OwnRow:
    """A network on one dataset with one weights file: its evaluations, and the timings of the same network."""

    name: str
    evaluations: Sequence[Run]
    timings: Sequence[Run]


@dataclass(frozen=True)
class OwnRows:
    """The rows appended to the ``table`` of published networks."""

    table: Sequence[Entry]
    rows: Sequence[OwnRow]

    def accuracies(self, sizes: Sequence[str], crops: Sequence[str]) -> Iterator[Accuracy]:
        """Each cell row by row, also if missing; a run has that size if a published network has its pixels."""
        for row in self.rows:
            for size in sizes:
                pixels = self._pixels(row, size)
                for crop in crops:
                    yield _accuracy(row, size, crop, pixels)

    def times(self, size: str, device: str) -> list[Times]:
        """One cell per row; ``device``: cpu, cuda, or empty for either."""
        return [_times(row, size, device, self._pixels(row, size)[0]) for row in self.rows]

    def _pixels(self, row: OwnRow, size: str) -> Pixels:
        """(crop size, base size) of the row's newest run of this size; without one, the most common published pair."""
        published = Counter(entry.sizes[size] for entry in self.table if size in entry.sizes)
        for run in sorted((*row.evaluations, *row.timings), key=lambda each: -each.started_ms):
            for pixels in published:
                # A timing has no base size.
                is_timing = run.tags.get("task") == "time"
                if _has_pixels(run, pixels) or (is_timing and run.params.get("crop_size") == str(pixels[0])):
                    return pixels
        return published.most_common(1)[0][0]


def own_rows(table_data: TableData, table: Sequence[Entry], tasks: Sequence[str]) -> OwnRows:
    """The rows by name. Raises ConfigError, with the nearest networks, if ``--also`` matches no run of these tasks."""
    if table_data.also is None:
        return OwnRows(table, ())
    published = {entry.name for entry in table}
    own = [run for run in table_data.runs if _is_own(run, published) and run.tags.get("task") in tasks]
    meant = [run for run in own if all(each.holds(run) for each in table_data.also)]
    if not meant:
        words = " ".join(f"{each.key}{'!' * each.unequal}={','.join(each.values)}" for each in table_data.also)
        known = {value for run in own if (value := run.get(table_data.also[0].key))}
        raise ConfigError(f"--also {words}: no run of your own networks matches{nearest(_last(words), known)}")
    timings = [run for run in meant if run.tags.get("task") == "time" and run.params.get("batch_size", "1") == "1"]
    rows = list(_evaluated([run for run in meant if run.tags.get("task") == "evaluate"], timings))
    evaluated = {run.tags.get("model") for row in rows for run in row.evaluations}
    for model, runs in _grouped(timings, lambda run: run.tags.get("model", "")).items():
        if model not in evaluated:
            rows.append(OwnRow(model, (), runs))
    return OwnRows(table, sorted(rows, key=lambda row: row.name))


def _is_own(run: Run, published: set[str]) -> bool:
    """A published network counts as your own on other images; its timings are already in the table."""
    is_row = run.tags.get("model") in published
    return bool(run.tags.get("model")) and not (is_row and run.tags.get("dataset", DATASET) == DATASET)


def _evaluated(runs: Sequence[Run], timings: Sequence[Run]) -> Iterator[OwnRow]:
    """Other weights, another preprocessing or another resize make another row, and its name says which."""
    for model, of_model in _grouped(runs, lambda run: run.tags["model"]).items():
        timed = [run for run in timings if run.tags["model"] == model]
        for dataset, found in _grouped(of_model, lambda run: run.tags.get("dataset", "")).items():
            differ = [key for key in _SETTINGS if len({run.params.get(key, "-") for run in found}) > 1]
            for words, same in _grouped(found, partial(_words, keys=differ)).items():
                name = model if dataset == DATASET else f"{model} on {dataset}"
                yield OwnRow(f"{name}, {words}" if words else name, same, timed)


def _words(run: Run, keys: Sequence[str]) -> str:
    return ", ".join(run.params.get(key, "-") for key in keys)


def _accuracy(row: OwnRow, size: str, crop: str, pixels: Pixels) -> Accuracy:
    runs = [run for run in row.evaluations if run.get("crop") == crop and _has_pixels(run, pixels)]
    run, status = chosen(runs, _status)
    preprocessing = run.params.get("preprocessing", "") if run else ""
    cell = AccuracyCell(row.name, size, crop, *pixels, preprocessing, {}, judged=False)
    top1, top5 = (figure_of(run, f"{top}_error", f"{top}_stderr") for top in ("top1", "top5"))
    return Accuracy(cell, run, status, top1, top5, "")


def _status(run: Run) -> CellStatus:
    """On ImageNet, as strict as for a published network: all 50,000 images."""
    if run.tags.get("dataset") == DATASET:
        return evaluation_status(run, run.params.get("preprocessing", ""))
    return own_status(run, ("top1_error",))


def _times(row: OwnRow, size: str, device: str, crop_size: int) -> Times:
    cell = TimeCell(row.name, size, crop_size, device, {})
    of_size = [run for run in row.timings if run.params.get("crop_size") == str(crop_size)]
    run, status = chosen([run for run in of_size if cell.takes(run.get("device"))], timing_status)
    forward, backward = (
        figure_of(run, f"{way}_ms_mean", f"{way}_ms_std", name=f"{way}_ms") for way in ("forward", "backward")
    )
    return Times(cell, run, status, forward, backward)


def _has_pixels(run: Run, pixels: Pixels) -> bool:
    return (run.params.get("crop_size"), run.params.get("base_size")) == tuple(map(str, pixels))


def _last(words: str) -> str:
    return words.rpartition("=")[2]


def _grouped(runs: Sequence[Run], key: Callable[[Run], str]) -> dict[str, list[Run]]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(key(run), []).append(run)
    return groups
