"""THE MAIN JOB, top to bottom: configuration -> parts -> evaluation -> tracked run."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.agree.task import agree
from clsbench.cell import cell_of, opened_params, opened_tags
from clsbench.console.logs import logging_to
from clsbench.console.progress import Show, Standing, shown
from clsbench.console.result import show_result, show_run
from clsbench.data.loader import loaded
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import Predictor
from clsbench.errors import ConfigError
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.memory import forget_peak
from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally
from clsbench.export import export
from clsbench.parts import Parts, assembled
from clsbench.published_metrics import published_metrics
from clsbench.results.configuration import write_configuration
from clsbench.results.evaluation_files import write_evaluation_files
from clsbench.signals import signals_end_the_run
from clsbench.time_task import time_network
from clsbench.tracking.tracker import RunLog

log = logging.getLogger(__name__)

_RUNNING_METRICS_SECONDS = 2.0


def run(cfg: DictConfig) -> None:
    """One run, from its configuration to its end in the tracker. Raises ClsbenchError, or Killed after a signal."""
    folder = Path(HydraConfig.get().runtime.output_dir)
    log_file = folder / "clsbench.log"
    tasks: Mapping[str, Callable[[DictConfig, Path], None]]
    tasks = {"evaluate": evaluate, "export": export, "time": time_network, "agree": agree}
    with logging_to(log_file), signals_end_the_run():
        write_configuration(cfg, HydraConfig.get().overrides.task, folder)
        if cfg.task.name not in tasks:
            raise ConfigError(f"task={cfg.task.name}: choose one of {', '.join(tasks)}")
        tasks[cfg.task.name](cfg, folder)


def evaluate(cfg: DictConfig, folder: Path) -> None:
    """Every image through the network; the errors, the predictions and the timing in one tracked run."""
    forget_peak()
    parts = assembled(cfg)
    cell = cell_of(cfg, parts)
    evaluation = Evaluation(cfg, parts, Tally(parts.model.classes))
    with parts.tracker.run(cell, folder / "clsbench.log") as tracked:
        try:
            started = time.perf_counter()
            with parts.engine.open(parts.model) as predictor:
                evaluation.tally.load_seconds = time.perf_counter() - started
                tracked.params(opened_params(predictor.description))
                tracked.tags(opened_tags(cfg, parts, predictor.description))
                evaluation.go(predictor, tracked)
                evaluation.engine = asdict(predictor.description)
        finally:  # what was measured stays, however the run ends
            evaluation.keep(tracked, folder)
        show_result(cell.name, evaluation.metrics())
        show_run(tracked.run_id, parts.tracker.uri, folder)


@dataclass
class Evaluation:
    """One evaluation as it goes: what has been measured can be kept at any moment."""

    cfg: DictConfig
    parts: Parts
    tally: Tally
    engine: Mapping[str, object] = field(default_factory=dict)
    predictions: list[Prediction] = field(default_factory=list)

    def go(self, predictor: Predictor, tracked: RunLog) -> None:
        """Runs every image; the running errors go to the terminal and to the tracker."""
        samples, views = self.parts.dataset.samples, self.parts.views
        workers = self.cfg.workers or available_cores()
        # What the streams hold and as much again, and an image a worker: a 144-view image takes 87 MB at 224 pixels.
        wanted = 2 * predictor.description.streams * predictor.description.batch_size
        ahead = workers + ceil(wanted / views.crop.views_per_image)
        with (
            loaded(self.parts.dataset, range(len(samples)), views, workers=workers, ahead=ahead) as images,
            shown(self.parts.model.name, len(samples)) as show,
        ):
            evaluate_images(images, samples, predictor, self.tally, self._teller(show, tracked))

    def _teller(self, show: Show, tracked: RunLog) -> Callable[[Prediction], None]:
        last = time.monotonic()

        def told(prediction: Prediction) -> None:
            nonlocal last
            self.predictions.append(prediction)
            rates = self.tally.rates()
            images, seconds = self.tally.images, self.tally.seconds
            speed = images / seconds if seconds else None
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
        write_evaluation_files(self.predictions, self.parts.class_names, self.engine, folder)
        if prototxt := self.parts.model.bvlc_text:
            (folder / "network.prototxt").write_text(prototxt, encoding="utf-8")
        if self.tally.images:
            tracked.metrics(self.metrics(), step=self.tally.images)
        if self.tally.images_bad:
            tracked.tags({"bad_images": f"{self.tally.images_bad} of {self.tally.images}: see bad_images.csv"})
            log.warning("%d of %d images could not be read: each is a miss", self.tally.images_bad, self.tally.images)
        tracked.artifacts(folder)
