"""``exact=true``: after an evaluation in a low precision, images whose decisions could change are scored in fp32."""

import hashlib
import logging
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from clsbench.cells.cell import description_tags
from clsbench.composition.exact import FP32, InFp32
from clsbench.console.result import show_line
from clsbench.engines.engine import Description, Predictor
from clsbench.evaluation.exactness import CALIBRATES, CHECKED, NEAR, Rescoring, exactness_text
from clsbench.evaluation.journal import journal_at
from clsbench.evaluation.tally import Tally
from clsbench.results.rescored import write_rescored
from clsbench.tasks.evaluation import Evaluation
from clsbench.tracking.tracker import Cell, RunLog
from clsbench.tracking.untracked import Untracked

log = logging.getLogger(__name__)

FOLDER = "fp32"  # of the journals, beside that of the low precision
PENDING = "not yet scored again in fp32: these figures are the low precision's"


def exact_description(description: Description, exact: InFp32 | None) -> Description:
    """The opened engine's description, with the precision named after the answers: ``bf16 exact``."""
    return replace(description, precision=f"{description.precision} exact") if exact else description


def rescore(evaluation: Evaluation, cell: Cell, tracked: RunLog, journals: Path, folder: Path) -> None:
    """Replaces predictions and tally of ``evaluation``, which has seen all images in the low precision.

    It resumes where an earlier process was stopped, using what is kept in ``journals``. ``folder`` is the run's, and
    gets a list of what was scored again.
    """
    exact = evaluation.parts.exact
    if exact is None:
        return
    rescoring = Rescoring(evaluation.predictions, exact.settings)
    started = time.perf_counter()
    with exact.engine.open(exact.model) as predictor:
        seconds = time.perf_counter() - started
        phases = _Phases(evaluation, exact, cell, predictor, journals)
        phases.score(rescoring, rescoring.sample(), CALIBRATES)
        while near := rescoring.near():
            phases.score(rescoring, near, NEAR)
        phases.score(rescoring, rescoring.others(), CHECKED)
    evaluation.exactness = rescoring.metrics()
    evaluation.predictions = rescoring.result()
    write_rescored(rescoring.twice(), folder / "rescored.csv")
    evaluation.tally = _tally(evaluation, phases.tallies, seconds)
    _report_exactness(evaluation, tracked)


def forget(journals: Path) -> None:
    """Removes the files that were kept for resuming."""
    shutil.rmtree(journals, ignore_errors=True)


class _Phases:
    """Scores images in fp32, in several rounds, each with its own journal."""

    def __init__(self, evaluation: Evaluation, exact: InFp32, cell: Cell, predictor: Predictor, journals: Path) -> None:
        self.evaluation, self.exact, self.cell = evaluation, exact, cell
        self.predictor, self.journals = predictor, journals
        self.tallies: list[Tally] = []

    def score(self, rescoring: Rescoring, chosen: Sequence[int], why: str) -> None:
        """Scores the images at ``chosen`` in fp32 and passes the results to ``rescoring``."""
        if not chosen:
            return
        parts, description = self.evaluation.parts, self.predictor.description
        log.info("%s: %d images in fp32: %s", parts.model.name, len(chosen), why)
        folder = self.journals / str(len(self.tallies))
        samples = [parts.dataset.samples[place] for place in chosen]
        resume = self.evaluation.cfg.resume
        tally = Tally(self.exact.model.classes, subset=parts.subset, keeps_fifth=True)
        tally.is_clocked = description.is_clocked
        with (
            journal_at(folder, samples, resume=resume) as journal,
            Untracked().run(self.cell, folder) as nowhere,
        ):
            own = replace(parts, model=self.exact.model, engine=self.exact.engine, exact=None)
            part = Evaluation(self.evaluation.cfg, own, journal, tally, chosen=chosen)
            part.take_over(self._identity(chosen, description), description.batch_size, nowhere)
            part.run(self.predictor, nowhere)
        self.tallies.append(tally)
        rescoring.add((place, replace(each, index=place)) for place, each in zip(chosen, part.predictions, strict=True))

    def _identity(self, chosen: Sequence[int], description: Description) -> Mapping[str, str]:
        which = hashlib.sha256(str(list(chosen)).encode()).hexdigest()
        return {**description_tags(description), "fingerprint": f"{self.cell.tags['fingerprint']} {FP32} of {which}"}


def _tally(evaluation: Evaluation, in_fp32: Sequence[Tally], seconds: float) -> Tally:
    """The low precision's forward passes, the errors of all predictions, and the time of both."""
    low = evaluation.tally
    tally = Tally(low.classes, subset=low.subset, is_clocked=low.is_clocked, latency=low.latency)
    tally.add(evaluation.predictions)
    tally.earlier_views, tally.earlier_forwards = low.earlier_views, low.earlier_forwards
    tally.of_shards = dict(low.of_shards)
    if low.load_seconds is not None:
        tally.load_seconds = low.load_seconds + seconds
    more = sum(each.seconds for each in in_fp32)
    taken_over = any(each.timed_images < each.images for each in in_fp32) or low.timed_images < low.images
    if not taken_over:  # otherwise the total time is unknown
        tally.time(low.timed_images, low.seconds + more)
    for key in ("work_seconds", "wall_seconds"):
        if key in tally.of_shards:
            tally.of_shards[key] += more
    return tally


def _report_exactness(evaluation: Evaluation, tracked: RunLog) -> None:
    precision = str(evaluation.cfg.engine.precision)
    metrics = evaluation.metrics()
    said = exactness_text(metrics, precision)
    tracked.tags({"exact": said})
    show_line(f"{evaluation.parts.model.name}: {said}")
    if metrics.get("missed_images"):
        missed = f"{metrics['missed_images']:.0f} of {metrics['checked_images']:.0f} checked images"
        tracked.tags({"exact_missed": f"{missed} are decided differently in fp32: others probably are, too"})
        log.warning(
            "exact=true: %s were missed, so some of the unchecked images probably are, too; set a higher "
            "rescoring.factor or more rescoring.images",
            missed,
        )
    images = metrics["images"]
    if metrics["rescored_images"] > images / 2:
        log.warning(
            "exact=true: %.0f of %.0f images were scored twice; precision=fp32 alone may be faster",
            *(metrics["rescored_images"], images),
        )
