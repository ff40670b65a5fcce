"""An evaluation in progress: images go through the opened engine into a tally and a journal, and finally files."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from omegaconf import DictConfig

from clsbench.cells.published_metrics import published_metrics
from clsbench.composition.parts import Parts
from clsbench.composition.prepared import prepared_dataset
from clsbench.console.progress import Show, Standing, progress_bar
from clsbench.console.result import show_resumed
from clsbench.data.crop import ViewMaker, Views
from clsbench.data.dataset import Dataset, Sample, Stored
from clsbench.data.datasets.part import part_of
from clsbench.data.loader import loaded
from clsbench.data.pixel_views import in_pairs, lookup_of, pixel_views
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import MakesMirrors, Predictor, TakesPixels
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.journal import Journal
from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally
from clsbench.results.evaluation_files import write_evaluation_files
from clsbench.sweeps.membership import sweep_folder
from clsbench.tracking.tracker import RunLog

log = logging.getLogger(__name__)

_RUNNING_METRICS_SECONDS = 2.0


@dataclass
class Evaluation:
    """One evaluation in progress; everything measured so far can be saved at any moment."""

    cfg: DictConfig
    parts: Parts
    journal: Journal
    tally: Tally
    engine: Mapping[str, object] = field(default_factory=dict)
    predictions: list[Prediction] = field(default_factory=list)
    chosen: Sequence[int] | None = None  # the dataset images that are evaluated; None for all
    exactness: Mapping[str, float] = field(default_factory=dict)  # metrics of what was scored again in fp32
    progress: Callable[[str, int, int], AbstractContextManager[Show]] = progress_bar  # shows the progress

    @property
    def samples(self) -> Sequence[Sample]:
        """The samples that are evaluated."""
        return self._of(self.parts.dataset).samples

    def take_over(self, tags: Mapping[str, str], batch_size: int, tracked: RunLog) -> None:
        """Takes over the predictions of a stopped process, if the relevant ``tags`` are the same."""
        identity = {key: tags[key] for key in ("fingerprint", "device", "precision")}
        self.predictions = self.journal.restored(identity, batch_size)
        self.tally.take_over(self.predictions, batch_size)
        done, total = len(self.predictions), len(self.samples)
        if done:
            at = f"from image {done + 1} of {total}" if done < total else f"after all {total} images"
            tracked.tags({"resumed": at})
            show_resumed(self.parts.model.name, at)

    def run(self, predictor: Predictor, tracked: RunLog) -> None:
        """Evaluates every image that was not taken over; running errors go to the terminal and to the tracker."""
        samples, done = self.samples, len(self.predictions)
        predictor, views = _at_pixels(predictor, self.parts)
        prepared = prepared_dataset(self.cfg, self.parts, in_sweep=sweep_folder() is not None)
        workers = self.cfg.workers or available_cores()
        # Twice what the streams hold, and one image per worker: a 144-view image takes 87 MB at 224 pixels.
        wanted = 2 * predictor.description.streams * predictor.description.batch_size
        ahead = workers + ceil(wanted / views.crop.views_per_image)
        with (
            loaded(
                self._of(prepared or self.parts.dataset),
                range(done, len(samples)),
                views.of_stored if prepared is None else _cut(views),
                workers=workers,
                ahead=ahead,
            ) as images,
            self.progress(self.parts.model.name, len(samples), done) as show,
        ):
            evaluate_images(images, samples, predictor, self.tally, self._notifier(show, tracked))
        if prepared and prepared.images.found:
            tracked.tags({"prepared": f"{prepared.images.found} of {len(samples) - done} images were decoded before"})

    def _of(self, dataset: Dataset) -> Dataset:
        return dataset if self.chosen is None else part_of(dataset, self.chosen)

    def _notifier(self, show: Show, tracked: RunLog) -> Callable[[Sequence[Prediction]], None]:
        last = time.monotonic()

        def notify(predictions: Sequence[Prediction]) -> None:
            nonlocal last
            self.predictions.extend(predictions)
            self.journal.add(predictions)
            tracked.sample_system()
            rates, images, speed = self.tally.rates(), self.tally.images, self.tally.images_per_second()
            show(Standing(images, rates.get("top1_error"), rates.get("top5_error"), speed))
            if time.monotonic() - last >= _RUNNING_METRICS_SECONDS:
                tracked.metrics({key: value for key, value in rates.items() if key.endswith("_error")}, step=images)
                last = time.monotonic()

        return notify

    def metrics(self) -> dict[str, float]:
        """The measured metrics, with the published values of the same cell."""
        measured = {**self.tally.metrics(), **self.exactness}
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
            log.warning(
                "%d of %d images could not be read: each counts as a miss", self.tally.images_bad, self.tally.images
            )
        tracked.artifacts(folder)


def _at_pixels(predictor: Predictor, parts: Parts) -> tuple[Predictor, ViewMaker]:
    """The predictor, and what makes its views: of pixels, or one of each mirrored pair, if it prefers those."""
    if not isinstance(predictor, TakesPixels) or (lookup := lookup_of(parts.views, parts.dataset)) is None:
        return predictor, in_pairs(parts.views) if isinstance(predictor, MakesMirrors) else parts.views
    return predictor.of_pixels(lookup.table, rgb=lookup.rgb), pixel_views(parts.views)


def _cut(views: ViewMaker) -> Callable[[Stored], Views]:
    """Makes the views of images that are already resized."""

    def cut(stored: Stored) -> Views:
        assert not isinstance(stored, bytes)
        return views.cut(stored)

    return cut
