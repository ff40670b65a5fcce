"""THE JOB, top to bottom: a configuration -> its network, images and views -> work, time and what is missing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from omegaconf import DictConfig

from clsbench.caffe.macs import macs
from clsbench.cells.cell import cell_of
from clsbench.composition.images import dataset_of, view_maker_of
from clsbench.composition.network import model_of, net_of
from clsbench.composition.parts import Parts, checked
from clsbench.composition.prepared import kept_images
from clsbench.composition.quantisation import quantised
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels, pixels_of
from clsbench.composition.surroundings import engine_of, tracker_of
from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset
from clsbench.errors import ClsbenchError, ConfigError
from clsbench.model.model import Model
from clsbench.model.weights_file import RANDOM
from clsbench.sweeps.membership import sweep_folder
from clsbench.sweeps.outcome import FINISHED, MISSING, Outcome
from clsbench.sweeps.plan_table import show_planned
from clsbench.sweeps.planned import Planned, write_planned
from clsbench.tasks.probed_speed import macs_a_second

_MIB = 2**20
# ImageNet's most frequent size: the number of distinct views depends on the image's shape.
_USUAL_IMAGE = (375, 500, 3)
# predictions.parquet of 300 photographs and 1,000 classes takes 81 bytes per image.
_BYTES_AN_IMAGE = 81


def plan(cfg: DictConfig, folder: Path) -> Outcome:
    """Evaluates and times nothing, and makes no run. Raises ConfigError if nothing at all can be said."""
    if cfg.planned_task not in ("evaluate", "time"):
        raise ConfigError(f"planned_task={cfg.planned_task}: choose evaluate or time")
    check_counts(cfg)
    cfg.task.name = cfg.planned_task  # whose cells these are
    planned = _of_times(cfg) if cfg.planned_task == "time" else _of_evaluation(cfg)
    write_planned(planned, folder)
    if sweep_folder() is None:
        show_planned([planned])
    return Outcome(MISSING if planned.missing else FINISHED, planned.name, error=" ".join(planned.missing))


def _of_evaluation(cfg: DictConfig) -> Planned:
    missing: list[str] = []
    model, pixels = _model(cfg, missing)
    with config_errors():
        views = view_maker_of(cfg, pixels, model.input_shape[0])
    planned = Planned(f"{model.name} {views.crop.name} {pixels.crop_size}", missing=missing)
    dataset = _dataset(cfg, missing)
    images = len(dataset.samples) if dataset else cfg.limit or cfg.sample
    if images is None:
        return planned
    number = images * _distinct_views(views)
    planned = replace(planned, images=images, views=number, macs=number * macs(model.net))
    planned = replace(planned, **_network(model, pixels), files_mib=_BYTES_AN_IMAGE * images / _MIB)
    if missing or dataset is None:
        return _with_probe(cfg, planned, model)
    with config_errors():
        engine = engine_of(cfg)
        network, evaluated = quantised(cfg, engine, model, dataset, views)
        parts = Parts(pixels, network, views, evaluated, engine, tracker_of(cfg), ())
        if kept := kept_images(cfg, parts, in_sweep=sweep_folder() is not None):
            planned = replace(planned, prepared=str(kept.folder), prepared_mib=kept.needed / _MIB)
    return _with_speed(cfg, planned, checked(parts), model)


def _of_times(cfg: DictConfig) -> Planned:
    missing: list[str] = []
    cfg.model.weights = RANDOM
    model, pixels = _model(cfg, missing)
    forwards = cfg.timing.iterations * (cfg.batch_size or 1)
    planned = Planned(f"{model.name} time {pixels.crop_size}", views=forwards, macs=forwards * macs(model.net))
    return _with_probe(cfg, replace(planned, **_network(model, pixels), missing=missing), model)


def _model(cfg: DictConfig, missing: list[str]) -> tuple[Model, Pixels]:
    """The model, with random weights if its own are missing. Raises NetError for an impossible size."""
    with config_errors():
        net = net_of(cfg)
        pixels = pixels_of(cfg, net)
        try:
            return model_of(cfg, net, pixels.crop_size), pixels
        except ClsbenchError as error:
            if cfg.model.weights == RANDOM:
                raise
            missing.append(_first_sentence(error))
            cfg.model.weights = RANDOM
            return model_of(cfg, net, pixels.crop_size), pixels


def _network(model: Model, pixels: Pixels) -> dict[str, Any]:
    # Four bytes per weight; the graph itself is small in comparison.
    return {"network": f"{model.name} {pixels.crop_size}", "network_mib": 4 * model.parameters / _MIB}


def _dataset(cfg: DictConfig, missing: list[str]) -> Dataset | None:
    try:
        with config_errors():
            return dataset_of(cfg)
    except ClsbenchError as error:
        missing.append(_first_sentence(error))
        return None


def _distinct_views(views: ViewMaker) -> int:
    return len(views(np.zeros(_USUAL_IMAGE, np.uint8)).views)


def _with_speed(cfg: DictConfig, planned: Planned, parts: Parts, model: Model) -> Planned:
    """The time taken from an earlier run of the same network on this engine, or else from the probe."""
    assert planned.views is not None
    cell = cell_of(cfg, parts)
    done = parts.tracker.finished(cell, parts.engine.identity()["device"])
    if done:
        return replace(planned, finished=done.run_id, seconds=0.0, source=f"run {done.run_id} has it")
    rate = parts.tracker.views_a_second(cell)
    if rate is None:
        return _with_probe(cfg, planned, model)
    return replace(planned, seconds=planned.views / rate, source="an earlier run")


def _with_probe(cfg: DictConfig, planned: Planned, model: Model) -> Planned:
    with config_errors():
        rate = macs_a_second(engine_of(cfg), model.cache)
    if rate is None or planned.macs is None:
        return planned
    return replace(planned, seconds=planned.macs / rate, source="probe")


def _first_sentence(error: ClsbenchError) -> str:
    return str(error).partition("\n")[0].partition(". ")[0]
