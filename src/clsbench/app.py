"""THE MAIN JOB, top to bottom: a configuration becomes a task, and the task a tracked run."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.composition.data_layer import with_data_layer
from clsbench.composition.devices import with_one_device
from clsbench.composition.engine_settings import with_engine_settings
from clsbench.composition.exact import check_exact
from clsbench.composition.own_classes import with_own_classes
from clsbench.composition.shards import shard_of
from clsbench.composition.weights_settings import with_weights
from clsbench.console.logs import logging_to
from clsbench.disk import CACHE, OUTPUT, OUTPUTS, disk_errors
from clsbench.errors import ConfigError
from clsbench.results.configuration import write_configuration, write_overrides
from clsbench.signals import signals_end_the_run
from clsbench.sweeps.outcome import Outcome

Task: TypeAlias = Callable[[DictConfig, Path], Outcome]

# A task's module and function, imported when the task is chosen, because each has its own requirements.
TASKS: Mapping[str, tuple[str, str]] = {
    "agree": ("clsbench.tasks.agree", "agree"),
    "doctor": ("clsbench.tasks.doctor", "doctor"),
    "evaluate": ("clsbench.tasks.evaluate", "evaluate"),
    "export": ("clsbench.tasks.export", "export"),
    "inputs": ("clsbench.tasks.inputs", "inputs"),
    "merge": ("clsbench.tasks.merge", "merge"),
    "plan": ("clsbench.tasks.plan", "plan"),
    "time": ("clsbench.tasks.time", "time_network"),
}


def run(cfg: DictConfig) -> Outcome:
    """One run, from its configuration to its end in the tracker. Raises ClsbenchError, or Killed after a signal."""
    with signals_end_the_run():
        return performed(cfg, Path(HydraConfig.get().runtime.output_dir), logger="")


def performed(cfg: DictConfig, folder: Path, *, logger: str) -> Outcome:
    """Performs the configured task; everything sent to ``logger`` goes into the run's log. Raises ClsbenchError."""
    with disk_errors(_places(cfg)), logging_to(folder / "clsbench.log", logger):
        write_overrides(HydraConfig.get().overrides.task, folder)
        completed = with_own_classes(with_weights(with_data_layer(with_engine_settings(cfg))))
        write_configuration(completed, folder)
        check_exact(completed)
        completed, devices = with_one_device(completed)
        task, shard = task_called(completed.task.name), shard_of(completed)
        if devices is not None:
            from clsbench.tasks.devices import evaluate_on  # noqa: PLC0415 - of few evaluations

            return evaluate_on(completed, folder, devices)
        if shard is None:
            return task(completed, folder)
        from clsbench.tasks.shard import evaluate_shard  # noqa: PLC0415 - of few evaluations

        return evaluate_shard(completed, folder, shard)


def task_called(name: str) -> Task:
    """The function of that task. Raises ConfigError if there is none."""
    if name not in TASKS:
        raise ConfigError(f"task={name}: choose one of {', '.join(TASKS)}")
    module, function = TASKS[name]
    return cast(Task, getattr(import_module(module), function))


def _places(cfg: DictConfig) -> dict[str, Path]:
    """The folders that a run writes to, by the override that moves them."""
    named = {OUTPUTS: cfg.paths.outputs, CACHE: cfg.paths.cache, OUTPUT: cfg.task.get("output")}
    return {key: Path(folder).expanduser() for key, folder in named.items() if folder}
