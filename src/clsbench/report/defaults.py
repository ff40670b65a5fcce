"""The store and the folders that conf/ names, as an evaluation without overrides uses them."""

from dataclasses import dataclass
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from clsbench.config import CONF, register


@dataclass(frozen=True)
class Defaults:
    """Where runs are, and where files go."""

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
