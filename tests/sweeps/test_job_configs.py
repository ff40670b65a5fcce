"""A job's configuration is composed once, and is the same when it is launched."""

from collections.abc import Iterator
from copy import copy
from importlib import import_module
from pathlib import Path

import pytest
from hydra import initialize_config_dir
from hydra._internal.callbacks import Callbacks
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ConfigAttributeError

from clsbench.config import CONF, register
from clsbench.sweeps.job_configs import JobConfigs

JOB = ["model=se-resnet50", "crop_size=320", "crop=multi12"]


@pytest.fixture(autouse=True)
def hydra_is_ready() -> Iterator[None]:
    register()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        yield


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The overrides of every composition by Hydra."""
    seen: list[list[str]] = []
    by_hydra = ConfigLoaderImpl.load_sweep_config

    def load(self: ConfigLoaderImpl, master_config: DictConfig, sweep_overrides: list[str]) -> DictConfig:
        seen.append(sweep_overrides)
        return by_hydra(self, master_config, sweep_overrides)

    monkeypatch.setattr(ConfigLoaderImpl, "load_sweep_config", load)
    return seen


def loader() -> JobConfigs:
    return JobConfigs(GlobalHydra.instance().config_loader())


def sweep(*overrides: str) -> DictConfig:
    return loader().load_configuration("config", list(overrides), RunMode.MULTIRUN)


def test_what_is_launched_is_what_hydra_composes(composed: list[list[str]]) -> None:
    jobs, master = loader(), sweep("hydra.job.name=mine")
    by_hydra = GlobalHydra.instance().config_loader().load_sweep_config(master, JOB)
    checked, launched = (jobs.load_sweep_config(master, JOB) for _ in range(2))
    assert composed == [JOB, JOB]  # by Hydra itself, and to be checked
    assert OmegaConf.to_yaml(checked) == OmegaConf.to_yaml(launched) == OmegaConf.to_yaml(by_hydra)
    assert launched.hydra.job.name == "mine"
    with pytest.raises(ConfigAttributeError):
        launched.crop_sise = 224


def test_a_change_to_what_was_checked_does_not_reach_what_is_launched() -> None:
    jobs, master = loader(), sweep()
    jobs.load_sweep_config(master, JOB).crop_size = 1
    assert jobs.load_sweep_config(master, JOB).crop_size == 320


def test_a_time_that_the_sweep_resolved_after_the_check_is_the_jobs_too() -> None:
    jobs, master = loader(), sweep("hydra.sweep.dir=${now:%f}")
    jobs.load_sweep_config(master, JOB)
    folder = master.hydra.sweep.dir
    assert jobs.load_sweep_config(master, JOB).hydra.sweep.dir == folder


def test_a_job_that_is_given_twice_is_launched_twice() -> None:
    jobs, master = loader(), sweep()
    assert [jobs.load_sweep_config(master, JOB).crop_size for _ in range(4)] == [320] * 4


def test_another_sweep_has_jobs_of_its_own() -> None:
    jobs = loader()
    named = [jobs.load_sweep_config(sweep(f"hydra.job.name={name}"), JOB).hydra.job.name for name in "ab"]
    assert named == ["a", "b"]


def test_a_process_of_its_own_composes_by_itself(composed: list[list[str]]) -> None:
    jobs, master = loader(), sweep()
    checked = jobs.load_sweep_config(master, JOB)
    sent = copy(jobs)  # has the same state as one that is pickled, which only works where Hydra was started once
    for _ in range(2):
        assert OmegaConf.to_yaml(sent.load_sweep_config(master, JOB)) == OmegaConf.to_yaml(checked)
    assert composed == [JOB] * 3


def test_a_configuration_that_cannot_be_kept_is_composed_again(
    composed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, master = loader(), sweep("hydra/launcher=joblib")
    config = import_module("hydra_plugins.hydra_joblib_launcher.config")
    monkeypatch.setattr(config, "JobLibLauncherConf", type("JobLibLauncherConf", (), {}))  # as after a second import
    checked, launched = (OmegaConf.to_yaml(jobs.load_sweep_config(master, JOB)) for _ in range(2))
    assert checked == launched
    assert composed == [JOB, JOB]


def test_a_sweep_composes_every_job_once(composed: list[list[str]], tmp_path: Path) -> None:
    config = sweep("model=air14-1x8d,air14-1x16d", f"paths.outputs={tmp_path}")
    launched: list[str] = []
    sweeper = Plugins.instance().instantiate_sweeper(
        hydra_context=HydraContext(config_loader=GlobalHydra.instance().config_loader(), callbacks=Callbacks()),
        task_function=lambda cfg: launched.append(cfg.model.name),
        config=config,
    )
    sweeper.sweep(list(config.hydra.overrides.task))
    assert launched == ["air14-1x8d", "air14-1x16d"]
    assert [job[0] for job in composed] == ["model=air14-1x8d", "model=air14-1x16d"]
