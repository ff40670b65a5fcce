"""The status of a run in a table: a result, or the words that replace it in its cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clsbench.report.run import Run

_IMAGENET_IMAGES = 50_000
_ENDED = {"FAILED": "failed", "KILLED": "killed"}


class State(StrEnum):
    """Only ``RESULT`` is a result."""

    RESULT = "result"
    MISSING = "missing"
    FAILED = "failed"
    KILLED = "killed"
    RUNNING = "not finished"
    PARTIAL = "partial"
    RANDOM = "random weights"
    OTHER_WEIGHTS = "other weights"
    OTHER_PREPROCESSING = "other preprocessing"


@dataclass(frozen=True)
class CellStatus:
    """``words`` state it more precisely, such as "partial (100 images)"; empty for a result."""

    state: State
    words: str = ""

    @property
    def is_result(self) -> bool:
        """Whether the run's figures may stand in the table."""
        return self.state is State.RESULT

    @property
    def is_comparable(self) -> bool:
        """Whether the figures are those of the published weights, though perhaps on a sample."""
        return self.state in (State.RESULT, State.PARTIAL)


MISSING = CellStatus(State.MISSING, "missing")


def evaluation_status(run: Run, preprocessing: str) -> CellStatus:
    """For an evaluation: all ImageNet images, all readable, with the published weights and preprocessing."""
    if not run.finished or "top1_error" not in run.metrics:
        return _unfinished(run)
    if run.tags.get("weights") != "file":
        return CellStatus(State.RANDOM, "random weights")
    if run.tags.get("weights_relation") == "architecture":
        return CellStatus(State.OTHER_WEIGHTS, "other weights")
    # Different preprocessing for weights from a hub comes with them: the sidecar's settings are their own.
    if (used := run.params.get("preprocessing", preprocessing)) not in (preprocessing, "sidecar"):
        return CellStatus(State.OTHER_PREPROCESSING, f"other preprocessing ({used})")
    if lacks := _lacks(run):
        return CellStatus(State.PARTIAL, f"partial ({', '.join(lacks)})")
    return CellStatus(State.RESULT)


def own_status(run: Run, values: Sequence[str]) -> CellStatus:
    """For a run on any images: it finished, covered all of them, and had trained weights where that matters."""
    if not run.finished or not any(value in run.metrics for value in values):
        return _unfinished(run)
    if run.tags.get("task") != "evaluate":
        return CellStatus(State.RESULT)
    if run.tags.get("weights") == "random":
        return CellStatus(State.RANDOM, "random weights")
    images, bad = int(run.metrics.get("images", 0)), int(run.metrics.get("images_bad", 0))
    lacks = [_counted(images, "image")] if run.params.get("limit", "all") != "all" else []
    if bad:
        lacks.append(_counted(bad, "bad image"))
    return CellStatus(State.PARTIAL, f"partial ({', '.join(lacks)})") if lacks else CellStatus(State.RESULT)


def timing_status(run: Run) -> CellStatus:
    """For a timing: it finished; weights do not change times."""
    return CellStatus(State.RESULT) if run.finished and "forward_ms_mean" in run.metrics else _unfinished(run)


def chosen(runs: Sequence[Run], status: Callable[[Run], CellStatus]) -> tuple[Run | None, CellStatus]:
    """The newest result; if there is none, the newest finished run, then the newest of any kind."""
    marked = [(run, status(run)) for run in runs]
    if not marked:
        return None, MISSING
    return max(marked, key=lambda each: (each[1].is_result, each[0].finished, each[0].started_ms, each[0].run_id))


def _unfinished(run: Run) -> CellStatus:
    if run.status in _ENDED:
        return CellStatus(State(_ENDED[run.status]), _ENDED[run.status])
    if run.finished:
        return CellStatus(State.FAILED, "failed (no result)")
    return CellStatus(State.RUNNING, "not finished")


def _lacks(run: Run) -> list[str]:
    images, bad = int(run.metrics.get("images", 0)), int(run.metrics.get("images_bad", 0))
    lacks = []
    if run.params.get("limit", "all") != "all" or images != _IMAGENET_IMAGES:
        lacks.append(_counted(images, "image"))
    if bad or "bad_images" in run.tags:
        lacks.append(_counted(bad, "bad image") if bad else "bad images")
    return lacks


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
