"""``shards=N`` and ``shard=K/N``: whether a job is a whole evaluation or a part of one."""

import re

from omegaconf import DictConfig

from clsbench.errors import ConfigError
from clsbench.shards.jobs import EVALUATE
from clsbench.shards.meeting import WAYS
from clsbench.shards.shard import Shard

_SHARD = re.compile(r"(\d+)/(\d+)")
_UNSPLIT = ("plan", "merge")  # tasks about the whole cell


def shard_of(cfg: DictConfig) -> Shard | None:
    """Which part this job is; None for the whole. Raises ConfigError for anything that cannot be a part."""
    if cfg.shards is not None and cfg.shards < 1:
        raise ConfigError(f"shards={cfg.shards}: give a whole number of at least 1, or null")
    if cfg.merge.via not in WAYS:
        raise ConfigError(f"merge.via={cfg.merge.via}: choose {' or '.join(WAYS)}")
    if cfg.task.name in _UNSPLIT or (cfg.shard is None and cfg.shards in (None, 1)):
        return None
    if cfg.task.name != EVALUATE:
        raise ConfigError(f"task={cfg.task.name}: only evaluations can be split; leave out shard and shards")
    if cfg.shard is None:
        raise ConfigError(
            f"shards={cfg.shards}: several jobs need a sweep; add -m (and a launcher), or start each job yourself "
            f"with shard=1/{cfg.shards} to shard={cfg.shards}/{cfg.shards}"
        )
    found = _SHARD.fullmatch(str(cfg.shard))
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ConfigError(f"shard={cfg.shard}: give K/N, the K-th of N shards, such as shard=3/8")
    if cfg.shards not in (None, int(found[2])):
        raise ConfigError(f"shard={cfg.shard} shards={cfg.shards}: they disagree; leave out one of them")
    return Shard(int(found[1]), int(found[2]))


def make_unsplit(cfg: DictConfig) -> None:
    """Changes the configuration to that of the whole cell, as a merged run stores it."""
    cfg.shard, cfg.shards = None, None
    cfg.task.name = EVALUATE
