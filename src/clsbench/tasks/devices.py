"""``device=cuda:0,1``: an evaluation on several GPUs of this machine, each with a process that evaluates one shard."""

import json
from pathlib import Path
from typing import Any, cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from clsbench.cells.already_finished import finished_before, skipped
from clsbench.cells.cell import cell_of
from clsbench.cells.shard_places import about, place_of
from clsbench.composition.devices import Devices
from clsbench.composition.parts import assembled
from clsbench.composition.quantisation import prepare
from clsbench.config import CONF
from clsbench.console.progress import Show, progress_bar
from clsbench.console.result import show_result
from clsbench.evaluation.folder_lock import locked
from clsbench.shards.meeting import Meeting
from clsbench.shards.shard import Shard, all_shards
from clsbench.shards.whole_json import write_json
from clsbench.sweeps.membership import sweep_folder
from clsbench.sweeps.outcome import Outcome
from clsbench.tasks.device_worker import WorkerJob
from clsbench.tasks.device_workers import Workers, workers
from clsbench.tasks.evaluate import check_artifacts
from clsbench.tasks.merge import merged_before, merged_run

_BATCH_SIZE = "batch_size.json"  # found by the first worker; also for workers that resume after a stop
_LOCK = "workers"


def evaluate_on(cfg: DictConfig, folder: Path, devices: Devices) -> Outcome:
    """The run of all shards, one per device, that ``shards=N`` would make with as many jobs.

    A finished cell or shard is left alone. If a worker dies, the others are stopped; all journals are kept.
    """
    check_artifacts(cfg)
    parts = assembled(cfg)
    cell = cell_of(cfg, parts)
    place = place_of(cfg, cell, len(devices.workers), parts.tracker)
    if done := finished_before(cfg, parts.tracker, cell, parts.engine):
        place.tidy()
        if sweep_folder() is None:
            show_result(cell.name, done.metrics)
        return skipped(cell, done)
    told = about(cfg, cell, parts)
    with locked(place.folder / _LOCK):
        _begin(cfg, place)
        if merged := merged_before(cell, place):
            return merged
        place.begin(told)
        prepare(parts.model)  # once, instead of in every worker
        todo = [shard for shard in all_shards(place.count) if not place.is_done(shard)]
        if todo:
            with workers() as started, progress_bar(cell.name, len(parts.dataset.samples)) as show:
                _evaluate(cfg, place, devices, todo, (started, show))
        return merged_run(cfg, parts, cell, place, folder)


def _begin(cfg: DictConfig, place: Meeting) -> None:
    if cfg.resume:
        return
    for shard in all_shards(place.count):
        place.begin_anew(shard)
    (place.folder / _BATCH_SIZE).unlink(missing_ok=True)


def _evaluate(cfg: DictConfig, place: Meeting, devices: Devices, todo: list[Shard], by: tuple[Workers, Show]) -> None:
    """All shards use the same batch size: the one that the first worker finds, unless it is known."""
    started, show = by
    kept, waiting = place.folder / _BATCH_SIZE, list(todo)
    own, hydra = _untracked(cfg), _hydra()

    def start(shard: Shard, batch_size: int | None) -> None:
        device = devices.workers[shard.number - 1]
        started.start(device, WorkerJob(own, hydra, shard, device.name, batch_size))

    def start_all(batch_size: int | None) -> None:
        while waiting:
            start(waiting.pop(0), batch_size)

    if cfg.batch_size is not None:
        start_all(None)
    elif kept.exists():
        start_all(int(json.loads(kept.read_text(encoding="utf-8"))["batch_size"]))
    else:
        start(waiting.pop(0), None)
    for name, value in started.reports():
        if name == "standing":
            show(value)
        elif waiting:
            write_json({"batch_size": value}, kept)
            start_all(value)


def _untracked(cfg: DictConfig) -> DictConfig:
    """For workers, which leave a shard and no run."""
    own = cfg.copy()
    own.tracking = OmegaConf.load(CONF / "tracking" / "none.yaml")
    return own


def _hydra() -> Any:
    """Hydra's own configuration, for another process: its folders are resolved, since their values are in this one."""
    known: Any = HydraConfig.get()
    own = cast(Any, HydraConfig.instance().cfg).copy()
    OmegaConf.set_readonly(own.hydra, value=False)
    for group, key in (("run", "dir"), ("sweep", "dir"), ("runtime", "output_dir")):
        own.hydra[group][key] = OmegaConf.select(known, f"{group}.{key}")
    return own
