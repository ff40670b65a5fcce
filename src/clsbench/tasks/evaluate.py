"""``task=evaluate``: images -> engine -> errors, predictions and timing, kept as a run: one cell of Table 1."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.cells.already_finished import finished_before, skipped
from clsbench.cells.cell import cell_of, description_tags, evaluated_tags, opened_params
from clsbench.cells.network import file_size
from clsbench.cells.published_metrics import published_metrics
from clsbench.composition.parts import Parts, assembled
from clsbench.composition.prepared import prepared_dataset
from clsbench.composition.quantisation import prepare
from clsbench.console.progress import Show, Standing, shown
from clsbench.console.result import show_hint, show_result, show_resumed, show_run
from clsbench.data.crop import ViewMaker, Views
from clsbench.data.dataset import Stored
from clsbench.data.loader import loaded
from clsbench.data.pixel_views import lookup_of, pixel_views
from clsbench.doctor.hint import doctor_hint
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import Predictor, TakesPixels
from clsbench.errors import ConfigError
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.journal import Journal, journal_at
from clsbench.evaluation.memory import forget_peak
from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally
from clsbench.results.evaluation_files import write_evaluation_files
from clsbench.shards.jobs import unsplit
from clsbench.sweeps.figures import kept
from clsbench.sweeps.membership import sweep_folder
from clsbench.sweeps.outcome import FINISHED, Outcome
from clsbench.tracking.tracker import Cell, RunLog

log = logging.getLogger(__name__)

_RUNNING_METRICS_SECONDS = 2.0


def evaluate(cfg: DictConfig, folder: Path) -> Outcome:
    """Every image through the network; the errors, the predictions and the timing in one tracked run.

    With ``resume`` a cell that has its result in the tracker is shown and left alone.
    """
    forget_peak()
    check_artifacts(cfg)
    parts = assembled(cfg)
    cell = cell_of(cfg, parts)
    if done := finished_before(cfg, parts.tracker, cell, parts.engine):
        if sweep_folder() is None:
            show_result(cell.name, done.metrics)
        return skipped(cell, done)
    unfinished = Path(cfg.paths.outputs) / "unfinished" / cell.tags["fingerprint"]
    with journal_at(unfinished, parts.dataset.samples, resume=cfg.resume) as journal:
        evaluation = Evaluation(cfg, parts, journal, Tally(parts.model.classes, subset=parts.subset))
        run_id = _tracked(evaluation, cell, folder)
        journal.finished()  # not before the run is FINISHED
    return Outcome(FINISHED, cell.name, run_id, figures=kept(evaluation.tally.metrics()))


def _tracked(evaluation: "Evaluation", cell: Cell, folder: Path) -> str:
    """The id of the run, which is closed."""
    parts = evaluation.parts
    with parts.tracker.run(cell, folder / "clsbench.log") as tracked:
        try:
            prepare(parts.model)
            started = time.perf_counter()
            with parts.engine.open(parts.model) as predictor:
                evaluation.tally.load_seconds = time.perf_counter() - started
                evaluation.tally.is_clocked = predictor.description.is_clocked
                tags = description_tags(predictor.description)
                tracked.params(opened_params(predictor.description))
                tracked.tags(tags)
                tracked.metrics(file_size(parts.engine, parts.model))
                evaluation.take_over({**cell.tags, **tags}, predictor.description.batch_size, tracked)
                evaluation.go(predictor, tracked)
                evaluation.engine = asdict(predictor.description)
        finally:  # what was measured stays, however the run ends
            evaluation.keep(tracked, folder)
            tracked.tags(evaluated_tags(cell, evaluation.metrics()))
        show_evaluation(evaluation, cell, tracked, folder)
    return tracked.run_id


def check_artifacts(cfg: DictConfig) -> None:
    """ConfigError where nobody knows which of a run's files are wanted."""
    if cfg.artifacts not in ("full", "small"):
        raise ConfigError(f"artifacts={cfg.artifacts}: choose full or small")


def show_evaluation(evaluation: "Evaluation", cell: Cell, tracked: RunLog, folder: Path) -> None:
    """Prints the result, where it is kept, and what to do where it looks wrong."""
    parts = evaluation.parts
    show_result(cell.name, evaluation.metrics())
    show_run(tracked, parts.tracker.uri, folder)
    hint = doctor_hint(evaluation.tally, evaluation.metrics(), unsplit(HydraConfig.get().overrides.task))
    if hint and parts.model.weights is not None:
        show_hint(hint)


@dataclass
class Evaluation:
    """One evaluation as it goes: what has been measured can be kept at any moment."""

    cfg: DictConfig
    parts: Parts
    journal: Journal
    tally: Tally
    engine: Mapping[str, object] = field(default_factory=dict)
    predictions: list[Prediction] = field(default_factory=list)

    def take_over(self, tags: Mapping[str, str], batch_size: int, tracked: RunLog) -> None:
        """Takes the predictions of a process that was stopped, where it had what counts of ``tags``."""
        identity = {key: tags[key] for key in ("fingerprint", "device", "precision")}
        self.predictions = self.journal.restored(identity, batch_size)
        self.tally.take_over(self.predictions, batch_size)
        done, total = len(self.predictions), len(self.parts.dataset.samples)
        if done:
            at = f"from image {done + 1} of {total}" if done < total else f"after all {total} images"
            tracked.tags({"resumed": at})
            show_resumed(self.parts.model.name, at)

    def go(self, predictor: Predictor, tracked: RunLog) -> None:
        """Runs every image that is not taken over; the running errors go to the terminal and to the tracker."""
        samples, done = self.parts.dataset.samples, len(self.predictions)
        predictor, views = _at_pixels(predictor, self.parts)
        prepared = prepared_dataset(self.cfg, self.parts, in_sweep=sweep_folder() is not None)
        workers = self.cfg.workers or available_cores()
        # What the streams hold and as much again, and an image a worker: a 144-view image takes 87 MB at 224 pixels.
        wanted = 2 * predictor.description.streams * predictor.description.batch_size
        ahead = workers + ceil(wanted / views.crop.views_per_image)
        with (
            loaded(
                prepared or self.parts.dataset,
                range(done, len(samples)),
                views.of_stored if prepared is None else _cut(views),
                workers=workers,
                ahead=ahead,
            ) as images,
            shown(self.parts.model.name, len(samples), done) as show,
        ):
            evaluate_images(images, samples, predictor, self.tally, self._teller(show, tracked))
        if prepared and prepared.images.found:
            tracked.tags({"prepared": f"{prepared.images.found} of {len(samples) - done} images were decoded before"})

    def _teller(self, show: Show, tracked: RunLog) -> Callable[[Sequence[Prediction]], None]:
        last = time.monotonic()

        def told(predictions: Sequence[Prediction]) -> None:
            nonlocal last
            self.predictions.extend(predictions)
            self.journal.add(predictions)
            tracked.sample_system()
            rates, images, speed = self.tally.rates(), self.tally.images, self.tally.images_per_second()
            show(Standing(images, rates.get("top1_error"), rates.get("top5_error"), speed))
            if time.monotonic() - last >= _RUNNING_METRICS_SECONDS:
                tracked.metrics({key: value for key, value in rates.items() if key.endswith("_error")}, step=images)
                last = time.monotonic()

        return told

    def metrics(self) -> dict[str, float]:
        """What was measured, and beside it what was published of the same cell."""
        measured = self.tally.metrics()
        return measured | published_metrics(self.cfg, self.parts, measured)

    def keep(self, tracked: RunLog, folder: Path) -> None:
        """Writes the run's files and gives them, the metrics and a tag for bad images to the tracker."""
        read = self.parts.dataset.read if self.cfg.artifacts == "full" else None
        found = write_evaluation_files(self.predictions, self.parts.class_names, self.engine, folder, read=read)
        if prototxt := self.parts.model.bvlc_text:
            (folder / "network.prototxt").write_text(prototxt, encoding="utf-8")
        if self.tally.images:
            tracked.metrics(self.metrics() | found, step=self.tally.images)
        if self.tally.images_bad:
            tracked.tags({"bad_images": f"{self.tally.images_bad} of {self.tally.images}: see bad_images.csv"})
            log.warning("%d of %d images could not be read: each is a miss", self.tally.images_bad, self.tally.images)
        tracked.artifacts(folder)


def _at_pixels(predictor: Predictor, parts: Parts) -> tuple[Predictor, ViewMaker]:
    """The predictor with the maker of its views: of pixels, where it would rather have those and they can be had."""
    if not isinstance(predictor, TakesPixels) or (lookup := lookup_of(parts.views, parts.dataset)) is None:
        return predictor, parts.views
    return predictor.of_pixels(lookup.table, rgb=lookup.rgb), pixel_views(parts.views)


def _cut(views: ViewMaker) -> Callable[[Stored], Views]:
    """Makes the views of images that are resized already."""

    def cut(stored: Stored) -> Views:
        assert not isinstance(stored, bytes)
        return views.cut(stored)

    return cut
