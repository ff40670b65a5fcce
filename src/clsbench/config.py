"""The typed schema of conf/, where conf/ lies, and what identifies a run."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omegaconf import MISSING, DictConfig, OmegaConf

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]

# The wheel contains conf/ inside the package; a checkout has it at the top level.
CONF = _PACKAGE / "conf" if (_PACKAGE / "conf").is_dir() else _CHECKOUT / "conf"


# Part of every run's fingerprint; incremented when a release computes another result, so that old runs are not reused.
RESULTS_VERSION = 1


@dataclass
class SizeConfig:
    """A crop and the base size from which it is cut, in pixels."""

    crop_size: int = MISSING
    base_size: int = MISSING


@dataclass
class ModelConfig:
    """One network: where its layers and weights come from, and what was published about it."""

    name: str | None = MISSING
    net: Any = None
    prototxt: str | None = None
    weights: str | None = None
    onnx: str | None = None
    output: str | None = None
    dense: str | None = None
    channel_order: str = "bgr"
    label_order: str | None = None
    sizes: dict[str, SizeConfig] = field(default_factory=dict)
    preprocessing_from: str | None = None  # prototxt: taken from its data layer; filled by the run
    sidecar: dict[str, Any] = field(default_factory=dict)  # the content of the weights' sidecar; filled by the run
    published_mib: float | None = None
    published: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


@dataclass
class CalibrationConfig:
    """The images on which the ranges of a quantised network are measured, and the method."""

    images: int = MISSING
    root: str | None = None
    list: str | None = None
    method: str = MISSING
    percentile: float = MISSING


@dataclass
class QuantisationConfig:
    """What quantises with ``precision=int8``, and which layers stay in fp32."""

    tool: str | None = None
    exclude: list[str] = field(default_factory=list)
    exclude_first: bool = False
    exclude_last: bool = False


@dataclass
class RescoringConfig:
    """How ``exact=true`` decides which images it scores again in fp32."""

    images: int = MISSING
    factor: float = MISSING
    check: int = MISSING


@dataclass
class MergeConfig:
    """How the shards of an evaluation are merged."""

    via: str = MISSING


@dataclass
class PathsConfig:
    """Folders; ``~`` means the home folder."""

    outputs: str = MISSING
    weights: str = MISSING
    prepared: str = MISSING
    cache: str = MISSING
    demo: str = MISSING


@dataclass
class Config:
    """Everything that defines a run; the groups' own keys are checked where they are built."""

    task: Any = MISSING
    preprocessing: Any = MISSING
    crop: Any = MISSING
    resize: Any = MISSING
    dataset: Any = MISSING
    engine: Any = MISSING
    engines: Any = field(default_factory=dict)  # the settings of each engine, whichever is chosen
    timing: Any = MISSING
    tracking: Any = MISSING
    model: ModelConfig = field(default_factory=ModelConfig)
    calibration: CalibrationConfig = field(default_factory=CalibrationConfig)
    quantisation: QuantisationConfig = field(default_factory=QuantisationConfig)
    rescoring: RescoringConfig = field(default_factory=RescoringConfig)
    merge: MergeConfig = field(default_factory=MergeConfig)
    paths: PathsConfig = field(default_factory=PathsConfig)
    size: str = MISSING
    crop_size: Any = None  # a whole number, or [height, width]
    base_size: Any = None
    batch_size: int | None = None
    limit: int | None = None
    sample: int | None = None
    seed: int = 0
    device: str = MISSING
    precision: str = MISSING
    exact: bool = False
    workers: int | None = None
    weights_from: str | None = None
    resume: bool = True
    prepared: Any = "auto"
    prepared_gb: float = MISSING
    shards: int | None = None
    shard: str | None = None
    on_error: str = MISSING
    artifacts: str = MISSING
    planned_task: str = MISSING
    experiment: Any = None


def register() -> None:
    """Registers the schema and the ``${clsbench:...}`` folders with Hydra; harmless when repeated."""
    from hydra.core.config_store import ConfigStore  # noqa: PLC0415 - most commands ask only where conf/ is

    ConfigStore.instance().store(name="schema", node=Config)
    OmegaConf.register_new_resolver("clsbench", _folder, replace=True)
    OmegaConf.register_new_resolver("clsbench.env", _environment, replace=True)
    OmegaConf.register_new_resolver("clsbench.curve_base", _curve_base, replace=True)


@dataclass(frozen=True)
class Defaults:
    """The store and folder used by an evaluation without overrides."""

    tracking_uri: str
    experiment: str
    outputs: Path


def defaults() -> Defaults:
    """Read from conf/config.yaml and conf/tracking/mlflow.yaml."""
    register()
    main, tracking = OmegaConf.load(CONF / "config.yaml"), OmegaConf.load(CONF / "tracking" / "mlflow.yaml")
    assert isinstance(main, DictConfig)
    cfg = OmegaConf.create({"paths": main.paths, "tracking": tracking})
    return Defaults(cfg.tracking.uri, cfg.tracking.experiment, Path(cfg.paths.outputs).expanduser())


def fingerprint(identity: Mapping[str, Any]) -> str:
    """The sha256 of everything that can change a run's result, independent of key order."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True, default=str).encode()).hexdigest()


def _curve_base(crop_size: int | None, sizes: Mapping[str, SizeConfig]) -> int | None:
    """The base size for a point of the crop curve: the one published for that crop size, else the crop size itself."""
    published = (size.base_size for size in sizes.values() if size.crop_size == crop_size)
    return next(published, crop_size)


def _environment(name: str, default: str) -> str:
    """An environment variable; an empty one counts as unset, as in MLflow."""
    return os.environ.get(name) or default


def _folder(name: str) -> str:
    in_checkout = CONF.parent == _CHECKOUT
    folders = {
        "outputs": (_CHECKOUT if in_checkout else Path.cwd()) / "outputs",
        "demo": _PACKAGE / "demo",
    }
    return str(folders[name])
