"""Several grids in one sweep, and the experiments that are made of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from command_line import cli
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import HydraContext
from kept_facts import rows

from clsbench.config import CONF, register

GRIDS = [{"model": "a", "crop_size": "1,2"}, {"model": "b", "crop_size": "3"}]


@pytest.fixture(autouse=True)
def hydra_is_ready() -> Iterator[None]:
    register()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        yield


def jobs(grids: "list[dict[str, str]] | None", *overrides: str) -> list[list[str]]:
    # After Hydra has loaded its plugins, which makes their classes anew.
    from hydra_plugins.clsbench_grid_sweeper import GridSweeper

    loader = GlobalHydra.instance().config_loader()
    sweeper = GridSweeper(None, None, grids)
    sweeper.hydra_context = HydraContext(config_loader=loader, callbacks=None)  # type: ignore[arg-type]
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(list(overrides))
    (batch,) = sweeper.split_arguments(parsed, None)
    return batch


def test_grids_run_one_after_the_other() -> None:
    assert jobs(GRIDS) == [["model=a", "crop_size=1"], ["model=a", "crop_size=2"], ["model=b", "crop_size=3"]]


def test_every_grid_is_combined_with_the_command_line() -> None:
    assert len(jobs(GRIDS, "engine=x,y", "limit=3")) == 6


def test_what_the_command_line_gives_replaces_the_grids_and_leaves_no_job_twice() -> None:
    assert jobs(GRIDS, "model=c", "crop_size=5,6") == [["model=c", "crop_size=5"], ["model=c", "crop_size=6"]]


def test_without_grids_it_is_the_basic_sweeper() -> None:
    assert jobs(None, "model=a,b", "limit=3") == [["model=a", "limit=3"], ["model=b", "limit=3"]]


def test_with_shards_every_job_of_every_grid_becomes_as_many() -> None:
    split = jobs(GRIDS, "shards=2")
    assert len(split) == 6
    assert split[:2] == [["model=a", "crop_size=1", "shards=2", f"shard={number}/2"] for number in (1, 2)]


def experiment(name: str) -> "dict[str, object]":
    return dict(yaml.safe_load((CONF / "experiment" / f"{name}.yaml").read_text())["hydra"]["sweeper"])


def test_the_curve_has_the_sixteen_published_points() -> None:
    published = [(row["network"], row["crop_size"]) for row in rows("curve")]
    grids = experiment("crop_curve")["grids"]
    assert [tuple(each.split("=")[1] for each in job) for job in jobs(grids)] == published  # type: ignore[arg-type]


@pytest.mark.parametrize(("crop_size", "base_size"), [(299, 320), (395, 395), (331, 331)])
def test_a_point_of_the_curve_has_the_published_base_size_or_its_own(crop_size: int, base_size: int) -> None:
    overrides = ["experiment=crop_curve", "model=inception-v3", f"crop_size={crop_size}"]
    assert compose("config", overrides).base_size == base_size


@pytest.mark.parametrize("name", ["table1", "table3"])
def test_a_table_has_the_published_networks_in_their_order(name: str) -> None:
    published = list(dict.fromkeys(row["network"] for row in rows("accuracy")))
    models = experiment(name)["params"]["model"]  # type: ignore[index]
    assert "".join(models.split()).split(",") == published


def test_an_experiment_is_a_sweep_without_being_told(tmp_path: Path) -> None:
    ended = cli("clsbench", tmp_path)("experiment=lite", "model=air14-1x8d,air14-1x16d", "task=export", "tracking=none")
    assert ended.code == 0, ended.said
    assert "2 cells: 2 finished" in ended.said
