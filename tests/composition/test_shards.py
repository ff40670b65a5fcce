import pytest
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.shards import make_unsplit, shard_of
from clsbench.errors import ConfigError
from clsbench.shards.shard import Shard


def _cfg(task: str = "evaluate", *, shard: str | None = None, shards: int | None = None) -> DictConfig:
    return OmegaConf.create({"task": {"name": task}, "shard": shard, "shards": shards, "merge": {"via": "folder"}})


def test_a_job_is_a_shard_or_the_whole() -> None:
    assert shard_of(_cfg(shard="3/8")) == Shard(3, 8)
    assert shard_of(_cfg(shard="3/8", shards=8)) == Shard(3, 8)
    assert shard_of(_cfg()) is None
    assert shard_of(_cfg(shards=1)) is None


@pytest.mark.parametrize("shard", ["0/8", "9/8", "3", "3/0", "a/b", "-1/2", "3/8/9", "1/2 "])
def test_what_is_no_shard_is_refused_with_an_example(shard: str) -> None:
    with pytest.raises(ConfigError, match=r"shard=.*: give K/N, .*shard=3/8"):
        shard_of(_cfg(shard=shard))


def test_a_number_of_shards_is_a_sweeps() -> None:
    with pytest.raises(ConfigError, match=r"shards=8: .* add -m .* shard=1/8 to shard=8/8"):
        shard_of(_cfg(shards=8))
    with pytest.raises(ConfigError, match="shards=0: give a whole number"):
        shard_of(_cfg(shards=0))
    with pytest.raises(ConfigError, match="shard=1/3 shards=8: they disagree"):
        shard_of(_cfg(shard="1/3", shards=8))


def test_only_evaluations_are_split_and_plan_and_merge_are_of_the_whole() -> None:
    for task in ("time", "export", "agree", "inputs", "doctor"):
        with pytest.raises(ConfigError, match=f"task={task}: only evaluations can be split"):
            shard_of(_cfg(task, shards=8))
    assert shard_of(_cfg("plan", shards=8)) is None
    assert shard_of(_cfg("merge", shard="3/8", shards=8)) is None


def test_the_configuration_of_a_merged_run_is_the_whole_evaluations() -> None:
    cfg = _cfg("merge", shard="3/8", shards=8)
    make_unsplit(cfg)
    assert cfg == _cfg()
