"""The files that a model's configuration names: its caffemodel, or its ONNX file."""

from pathlib import Path
from typing import Any, cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from clsbench.errors import ConfigError, NetError
from clsbench.model.onnx_facts import OnnxFacts, read_onnx_facts
from clsbench.model.weights_file import RANDOM, WeightsFile
from clsbench.weights.network_settings import NetworkSettings


def weights_file_of(cfg: DictConfig) -> WeightsFile:
    """The weights file that the configuration names."""
    if cfg.model.weights is None:
        raise ConfigError(f"model={cfg.model.name or 'custom'}: give its caffemodel as model.weights=FILE (or random)")
    links: Any = cfg.model.provenance.get("download") or {}
    return WeightsFile(cfg.model.weights, Path(cfg.paths.weights), cfg.model.published_mib, links)


def weights_of(cfg: DictConfig) -> Path | None:
    """The weights file itself, None for random weights. Raises WeightsError if it does not exist."""
    return None if cfg.model.weights == RANDOM else weights_file_of(cfg).found()


def network_settings_of(cfg: DictConfig) -> NetworkSettings:
    """Network settings required by the weights that differ from the published network, from their sidecar."""
    settings: Any = OmegaConf.to_container(cfg.model.sidecar).get("network_settings") or {}  # type: ignore[union-attr]
    return cast(NetworkSettings, settings)


def onnx_file_of(cfg: DictConfig) -> tuple[Path, OnnxFacts]:
    """The ONNX file and its facts; if its batch is fixed at 1, ``batch_size`` becomes 1. Raises NetError."""
    asked = HydraConfig.get().overrides.task if HydraConfig.initialized() else []
    if caffe := [each for each in asked if each.startswith(("model.prototxt=", "model.weights="))]:
        raise ConfigError(
            f"model.onnx={cfg.model.onnx} {' '.join(caffe)}: the ONNX file contains network and weights; give one or "
            "the other. To compare both: clsbench agree model.prototxt=... model.weights=... onnx=FILE"
        )
    path = Path(cfg.model.onnx).expanduser().absolute()
    facts = read_onnx_facts(path, cfg.model.output)
    take_batch_of(path, facts, cfg)
    return path, facts


def take_batch_of(path: Path, facts: OnnxFacts, cfg: DictConfig) -> None:
    """Sets ``batch_size`` to 1 if the file's batch is fixed at 1; raises NetError for any other fixed batch."""
    if facts.batch is None:
        return
    if facts.batch > 1 or cfg.batch_size not in (None, 1):
        wish = f" batch_size={cfg.batch_size}" if cfg.batch_size else ""
        raise NetError(f"{path}{wish}: its batch is fixed at {facts.batch}; export it with a free batch, or with 1")
    cfg.batch_size = 1
