"""The same networks in several precisions: their runs, and the error of each compared with its own fp32."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from clsbench.compare.paired import Paired, paired
from clsbench.compare.paired_images import PairedImages, paired_images
from clsbench.compare.predictions import Predictions, read_predictions
from clsbench.errors import ClsbenchError
from clsbench.report.cell_status import CellStatus, chosen, own_status, timing_status
from clsbench.report.run import Run

FP32 = "fp32"
_ORDER = (FP32, "tf32", "bf16", "fp16", "int8")
_NETWORK = ("model", "weights_sha256", "crop", "crop_size", "base_size", "dataset")
_SHORT = 24  # letters shown of a checksum or a dataset's name
_SETUP = ("engine", "device", "precision", "quantisation", "calibration", "rescoring")

Fetch: TypeAlias = Callable[[Run], Path | None]  # a run's predictions.parquet


@dataclass(frozen=True)
class Pair:
    """A run compared with the network's fp32 on shared images; ``other`` counts those with another best class."""

    fp32: Run
    top1: Paired
    other: int


@dataclass(frozen=True)
class InPrecision:
    """A network on an engine in a precision: its evaluation, and its timing if there is one."""

    network: str
    precision: str  # with the quantiser and its images, if the engine has several
    run: Run
    status: CellStatus
    timed: Run | None
    pair: Pair | None  # None for fp32 itself, and if nothing can be paired
    speed_up: float | None

    @property
    def engine(self) -> str:
        """The engine it ran on."""
        return self.run.get("engine") or ""

    @property
    def ms(self) -> float | None:
        """Milliseconds per image: the median of its timing, else the time of the whole evaluation per image."""
        return milliseconds_of(self.run, self.timed)


@dataclass
class _Predictions:
    fetch: Fetch
    read: dict[str, Predictions | None] = field(default_factory=dict)

    def of(self, run: Run) -> Predictions | None:
        if run.run_id not in self.read:
            path = self.fetch(run)
            self.read[run.run_id] = None if path is None else read_predictions(path)
        return self.read[run.run_id]


def in_precisions(runs: Sequence[Run], fetch: Fetch) -> list[InPrecision]:
    """By network, fp32 first; ``runs`` are evaluations and timings, and the newest result of each setup counts."""
    evaluations = [run for run in runs if run.tags.get("task") == "evaluate"]
    timings = [run for run in runs if run.tags.get("task") == "time"]
    predictions = _Predictions(fetch)
    networks = _grouped(evaluations, _NETWORK)
    names = _names(list(networks))
    return [
        each
        for key, found in networks.items()
        for each in _of_network(names[key], _grouped(found, _SETUP), timings, predictions)
    ]


def milliseconds_of(run: Run, timed: Run | None) -> float | None:
    """Milliseconds per image."""
    if timed is not None:
        return timed.metrics.get("forward_ms_p50")
    speed = run.metrics.get("images_per_second")
    return 1000 / speed if speed else None


def _of_network(
    name: str, setups: Mapping[tuple[str, ...], list[Run]], timings: Sequence[Run], predictions: _Predictions
) -> Iterator[InPrecision]:
    found = []
    for setup, runs in sorted(setups.items(), key=lambda each: _place(each[0])):
        run, status = chosen(runs, lambda each: own_status(each, ["top1_error"]))
        if run is not None and "top1_error" in run.metrics:
            found.append((setup, run, status, _timing(run, timings)))
    kinds = {(setup[0], *setup[2:]) for setup, *_ in found}
    for setup, run, status, timed in found:
        precision, how = setup[2], "; ".join(filter(None, setup[3:]))
        several = sum(each[:2] == (setup[0], precision) for each in kinds) > 1
        fp32 = _fp32([each[1] for each in found], run)
        yield InPrecision(
            network=name,
            precision=f"{precision} ({how})" if several and how else precision,
            run=run,
            status=status,
            timed=timed,
            pair=None if fp32 is None else _pair(fp32, run, predictions),
            speed_up=None if fp32 is None else _speed_up((fp32, _timing(fp32, timings)), (run, timed)),
        )


def _fp32(runs: Sequence[Run], run: Run) -> Run | None:
    """The fp32 run on the same engine, else on any; None for a run that is itself in fp32."""
    if run.get("precision") == FP32:
        return None
    known = [each for each in runs if each.get("precision") == FP32]
    return next((each for each in known if each.get("engine") == run.get("engine")), known[0] if known else None)


def _pair(fp32: Run, run: Run, predictions: _Predictions) -> Pair | None:
    a, b = predictions.of(fp32), predictions.of(run)
    if a is None or b is None:
        return None
    try:
        # both are of one network, so their classes have the same order
        images = paired_images([a, b], [None, None], [FP32, run.get("precision") or ""])
    except ClsbenchError:
        return None
    labelled = images.labelled
    if not labelled.any():
        return None
    hits = [run.hits(1)[labelled] for run in images.runs]
    return Pair(fp32, paired(*hits), _other_class(images))


def _other_class(images: PairedImages) -> int:
    a, b = images.runs
    return int(np.count_nonzero(a.top5[:, 0] != b.top5[:, 0]))


def _speed_up(before: tuple[Run, Run | None], after: tuple[Run, Run | None]) -> float | None:
    """By the timings if both have one on the same machine, else by the evaluations; None if neither pair is complete.

    If one of two evaluations did not decode its images, the times say nothing about the precisions.
    """
    timings = [timed for _, timed in (before, after) if timed is not None]
    if len(timings) < 2 or timings[0].tags.get("hardware") != timings[1].tags.get("hardware"):
        if ("prepared" in before[0].tags) != ("prepared" in after[0].tags):
            return None
        before, after = (before[0], None), (after[0], None)
    slow, fast = milliseconds_of(*before), milliseconds_of(*after)
    return slow / fast if slow and fast else None


def _timing(run: Run, timings: Sequence[Run]) -> Run | None:
    keys = ("model", "crop_size", "engine", "device", "precision", "quantisation")
    same = [
        each
        for each in timings
        if all(each.get(key) == run.get(key) for key in keys) and each.params.get("batch_size", "1") == "1"
    ]
    found, status = chosen(same, timing_status)
    return found if status.is_result else None


def _grouped(runs: Sequence[Run], keys: Sequence[str]) -> dict[tuple[str, ...], list[Run]]:
    groups: dict[tuple[str, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(tuple(run.get(key) or "" for key in keys), []).append(run)
    return groups


def _place(setup: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    precision = setup[2].removesuffix(" exact")  # listed after the precision that is scored first
    return (_ORDER.index(precision) if precision in _ORDER else len(_ORDER)), setup


def _names(networks: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """The model, and anything else that distinguishes it from others of that name."""
    names = {}
    for key in networks:
        same = [each for each in networks if each[0] == key[0]]
        differ = [place for place in range(1, len(_NETWORK)) if len({each[place] for each in same}) > 1]
        names[key] = " ".join([key[0], *(key[place][:_SHORT] for place in differ)])
    return names
