"""THE MAIN JOB, top to bottom: a configuration becomes a task, and the task a tracked run."""

from collections.abc import Callable
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.composition.data_layer import take_data_layer
from clsbench.composition.engine_settings import take_engine_settings
from clsbench.composition.shards import shard_of
from clsbench.composition.taken_weights import take_weights
from clsbench.console.logs import logging_to
from clsbench.errors import ConfigError, disk_errors
from clsbench.results.configuration import write_configuration, write_overrides
from clsbench.signals import signals_end_the_run
from clsbench.sweeps.outcome import Outcome
from clsbench.tasks.agree import agree
from clsbench.tasks.evaluate import evaluate
from clsbench.tasks.export import export
from clsbench.tasks.inputs import inputs
from clsbench.tasks.merge import merge
from clsbench.tasks.plan import plan
from clsbench.tasks.shard import evaluate_shard
from clsbench.tasks.time import time_network


def _doctor(cfg: DictConfig, folder: Path) -> Outcome:
    from clsbench.tasks.doctor import doctor  # noqa: PLC0415 - its statistics double the start of every other task

    return doctor(cfg, folder)


def run(cfg: DictConfig) -> Outcome:
    """One run, from its configuration to its end in the tracker. Raises ClsbenchError, or Killed after a signal."""
    with signals_end_the_run():
        return performed(cfg, Path(HydraConfig.get().runtime.output_dir), logger="")


def performed(cfg: DictConfig, folder: Path, *, logger: str) -> Outcome:
    """The task that the configuration asks for; what ``logger`` gets goes into the run's log. Raises ClsbenchError."""
    tasks: dict[str, Callable[[DictConfig, Path], Outcome]]
    tasks = {"evaluate": evaluate, "export": export, "time": time_network}
    tasks |= {"agree": agree, "doctor": _doctor, "plan": plan, "inputs": inputs, "merge": merge}
    with disk_errors(), logging_to(folder / "clsbench.log", logger):
        write_overrides(HydraConfig.get().overrides.task, folder)
        take_engine_settings(cfg)
        take_data_layer(cfg)
        take_weights(cfg)
        write_configuration(cfg, folder)
        if cfg.task.name not in tasks:
            raise ConfigError(f"task={cfg.task.name}: choose one of {', '.join(tasks)}")
        shard = shard_of(cfg)
        return tasks[cfg.task.name](cfg, folder) if shard is None else evaluate_shard(cfg, folder, shard)
