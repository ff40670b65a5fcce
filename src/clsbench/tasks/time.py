"""``task=time``: forward and backward time of a network, measured in a separate process, as a tracked run."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from clsbench.cells.already_finished import finished_before, skipped
from clsbench.cells.cell import description_tags, opened_params, time_cell, timed_tags
from clsbench.composition.engine_settings import chosen_engine
from clsbench.composition.network import onnx_model_of
from clsbench.composition.parts import check_engine
from clsbench.composition.quantisation import needs_quantising, quantised_on_noise
from clsbench.composition.random_fallback import model_or_random
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels
from clsbench.composition.surroundings import engine_of, tracker_of
from clsbench.console.result import show_run
from clsbench.console.times import show_stage, show_times
from clsbench.engines.engine import Engine
from clsbench.engines.timed import LayerTime, OffersMeasuredTimes
from clsbench.model.classifier import Classifier
from clsbench.model.model import Model
from clsbench.model.quantised import Quantised
from clsbench.results.environment import cpu_name, write_environment
from clsbench.results.latency import write_latency
from clsbench.results.layers import write_layers
from clsbench.results.timing_plots import write_timing_plots
from clsbench.sweeps.figures import kept_metrics
from clsbench.sweeps.outcome import FINISHED, Outcome
from clsbench.timing.caffe_layers import by_caffe_layer
from clsbench.timing.gpu import gpu_name
from clsbench.timing.job import Job, files_of
from clsbench.timing.measuring_process import timed
from clsbench.timing.noise import noise
from clsbench.timing.plan import Plan
from clsbench.timing.published import DEVICE, published_times, ratios
from clsbench.timing.times import Times
from clsbench.tracking.tracker import RunLog

log = logging.getLogger(__name__)


def time_network(cfg: DictConfig, folder: Path) -> Outcome:
    """Times one cell, and saves the times, the layers and the conditions as one tracked run.

    With ``resume`` a cell that has its times in the tracker is shown and left alone.
    """
    with config_errors():
        _one_call_at_a_time(cfg)
        check_counts(cfg)
        tracker, timing = tracker_of(cfg), _timing(cfg)
    cell = time_cell(cfg, timing.model, timing.pixels, timing.engine)
    if done := finished_before(cfg, tracker, cell, timing.engine):
        show_times(cell.name, done.metrics, timing.hardware, DEVICE)
        return skipped(cell, done)
    with tracker.run(cell, folder / "clsbench.log") as tracked:
        try:
            timing.measure(lambda stage: show_stage(cell.name, stage))
        finally:  # what was measured is kept, however the run ends
            timing.keep(tracked, cell.name, folder)
            tracked.tags(timed_tags(cell, timing.metrics(), timing.hardware))
        show_times(cell.name, timing.metrics(), timing.hardware, DEVICE)
        show_run(tracked, tracker.uri, folder)
    return Outcome(FINISHED, cell.name, tracked.run_id, figures=kept_metrics(timing.metrics()))


@dataclass(frozen=True)
class Timing:
    """One timing in progress; everything measured so far can be saved at any moment."""

    cfg: DictConfig
    model: Classifier
    pixels: Pixels
    engine: Engine
    plan: Plan
    times: Times

    def job(self) -> Job:
        """The job for the measuring process; the network's files are made here, so that it need not."""
        files = files_of(self.model, for_caffe=chosen_engine() == "caffe")
        return Job(self.engine, files, self.plan, self.times.batch, self.model.input_rms)

    def measure(self, staged: Callable[[str], None]) -> None:
        """Fills the times: in the measuring process, or with what the device's own clock took."""
        if isinstance(self.engine, OffersMeasuredTimes):
            self.times.description, self.times.forward_ms = self.engine.measured()
        else:
            timed(self.job(), self.times, staged)

    @property
    def hardware(self) -> str:
        """A description of what the network ran on."""
        device = self.times.description.device if self.times.description else "cpu"
        return cpu_name() if device == "cpu" else gpu_name(device)

    def metrics(self) -> dict[str, float]:
        """The measured metrics, with the published values of the same cell."""
        measured = self.times.metrics()
        published = OmegaConf.to_container(self.cfg.model.published, resolve=True)
        sizes = {str(name): size.crop_size for name, size in self.cfg.model.sizes.items()}
        known = published_times(
            cast(Mapping[str, Any], published), sizes, self.pixels.crop_size.label, self.times.batch
        )
        return measured | known | ratios(measured, known)

    def keep(self, tracked: RunLog, title: str, folder: Path) -> None:
        """Writes the run's files and gives them, the metrics and the tags to the tracker."""
        if prototxt := self.model.bvlc_text:
            (folder / "network.prototxt").write_text(prototxt, encoding="utf-8")
        if self.times.description:
            description = self.times.description
            tracked.params(opened_params(description))
            tracked.tags(description_tags(description) | {"hardware": self.hardware})
            write_environment(asdict(description), folder / "environment.json")
        if self.times.forward_ms:
            self._keep_times(tracked, title, folder)
        tracked.artifacts(folder)

    def _keep_times(self, tracked: RunLog, title: str, folder: Path) -> None:
        metrics = self.metrics()
        tracked.metrics(metrics)
        if any(key.startswith("published_") for key in metrics):
            tracked.tags({"published_device": DEVICE})
        if doubts := noise(metrics, self.times.slowed_by):
            tracked.tags({"noisy": doubts})
            log.warning("noisy: %s", doubts)
        write_latency(self.times.forward_ms, self.times.backward_ms, folder / "latency.parquet")
        layers = self._layers()
        if layers:
            write_layers(layers, folder / "layers.csv")
        write_timing_plots(layers, self.times.forward_ms, title, folder / "plots")

    def _layers(self) -> Sequence[LayerTime]:
        """The layers by Caffe's names; those of a user's ONNX file have its own names."""
        model = self.model.fp32 if isinstance(self.model, Quantised) else self.model
        if chosen_engine() == "caffe" or not isinstance(model, Model):
            return self.times.layers
        return by_caffe_layer(self.times.layers, {layer.name: layer.type for layer in model.net.layers})


def _timing(cfg: DictConfig) -> Timing:
    engine, plan = engine_of(cfg), cast(Plan, instantiate(cfg.timing))
    plan.check(engine, chosen_engine())
    model: Classifier
    model, pixels = model_or_random(cfg, "timed") if cfg.model.onnx is None else onnx_model_of(cfg)
    check_engine(engine, model)
    model.check()
    if needs_quantising(cfg, engine, model):
        model = quantised_on_noise(cfg, model)
    return Timing(cfg, model, pixels, engine, plan, Times(cfg.batch_size))


def _one_call_at_a_time(cfg: DictConfig) -> None:
    """One image per call, and every core for a single call, unless the user sets something else."""
    if cfg.batch_size is None:
        cfg.batch_size = 1
    # An engine without streams is one whose calls take a thread each (opencv), or a process each (caffe, 1 by default).
    key = next((key for key in ("streams", "processes", "threads") if key in cfg.engine), None)
    if key and cfg.engine[key] is None:
        cfg.engine[key] = 1
