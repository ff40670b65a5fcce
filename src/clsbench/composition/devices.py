"""``device=cuda:0,1`` and ``device=all``: one evaluation on several GPUs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omegaconf import DictConfig

from clsbench.composition.engine_settings import chosen_engine
from clsbench.errors import ConfigError
from clsbench.shards.jobs import EVALUATE
from clsbench.shards.meeting import FOLDER
from clsbench.timing.gpu import VISIBLE, visible_gpus

_ALL = "all"
_SEVERAL = re.compile(r"cuda:(\d+(?:,(?:cuda:)?\d+)+)")
_OWN_WORDS = ("scores", "command")  # engines whose device has the user's own name
_OF_THE_WHOLE = ("plan", "merge")  # tasks about the whole cell


@dataclass(frozen=True)
class WorkerDevice:
    """``name``, as the user calls it, and changes to the environment of the process that works on it."""

    name: str
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Devices:
    """Several devices, each for its own process, in which the engine finds it as the configured ``device``."""

    asked: str
    workers: Sequence[WorkerDevice]


def with_one_device(cfg: DictConfig) -> tuple[DictConfig, Devices | None]:
    """The configuration with the first of the GPUs that ``device`` names, and all where an evaluation uses several.

    Raises ConfigError if they are not there, or if several cannot do what is asked for.
    """
    asked = str(cfg.device)
    if chosen_engine() in _OWN_WORDS or not (asked == _ALL or _SEVERAL.fullmatch(asked)):
        return cfg, None
    visible = visible_gpus()
    indices = _indices(asked, len(visible))
    own = cfg.copy()
    own.device = f"cuda:{indices[0]}"
    if len(indices) == 1 or own.task.name in _OF_THE_WHOLE:
        return own, None
    _check_can_be_split(own, asked)
    return own, Devices(asked, [_worker(index, indices[0], visible) for index in indices])


def _indices(asked: str, count: int) -> list[int]:
    """The indices in rising order."""
    if not count:
        raise ConfigError(f"device={asked}: there is no GPU here, by nvidia-smi and {VISIBLE}; use device=cpu")
    if asked == _ALL:
        return list(range(count))
    indices = sorted(int(each) for each in asked.replace("cuda:", "").split(","))
    if double := {index for index in indices if indices.count(index) > 1}:
        raise ConfigError(f"device={asked}: cuda:{min(double)} is there twice; name each GPU once")
    if indices[-1] >= count:
        there = "cuda:0" if count == 1 else f"cuda:0 to cuda:{count - 1}"
        raise ConfigError(f"device={asked}: there is no cuda:{indices[-1]}; this process sees {there}")
    return indices


def _check_can_be_split(cfg: DictConfig, asked: str) -> None:
    if cfg.task.name == "time":
        raise ConfigError(f"task=time device={asked}: a time is one GPU's; choose one, such as device={cfg.device}")
    if cfg.task.name != EVALUATE:
        raise ConfigError(
            f"task={cfg.task.name} device={asked}: only evaluations run on several GPUs; choose one, such as "
            f"device={cfg.device}"
        )
    if cfg.shard is not None or cfg.shards not in (None, 1):
        raise ConfigError(
            f"device={asked}: it splits the evaluation already; leave out shard and shards, or give each job one GPU "
            "(device=cuda)"
        )
    if cfg.merge.via != FOLDER:
        raise ConfigError(f"device={asked} merge.via={cfg.merge.via}: these workers meet here; leave out merge.via")


def _worker(index: int, first: int, visible: Sequence[str]) -> WorkerDevice:
    """Its GPU replaces the first one: all workers give theirs the same name, as in their records."""
    return WorkerDevice(f"cuda:{index}", {VISIBLE: ",".join([*visible[:first], visible[index]])})
