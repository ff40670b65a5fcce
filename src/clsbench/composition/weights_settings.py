"""Settings that come with a weights file: fetches it on request, and applies its sidecar to the configuration."""

import logging
from pathlib import Path
from typing import cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.model_files import weights_file_of
from clsbench.config import CONF
from clsbench.errors import ConfigError, WeightsError
from clsbench.model.weights_file import RANDOM
from clsbench.weights.origins import HUB, LIBRARIES, PUBLISHED
from clsbench.weights.sidecar import Images, Sidecar, read_sidecar
from clsbench.zoo.catalogue import generated, read_catalogue

log = logging.getLogger(__name__)

_ORIGINS = (HUB, PUBLISHED, *LIBRARIES)
_TASKS_WITH_WEIGHTS = ("evaluate", "export", "agree", "doctor")


def with_weights(cfg: DictConfig) -> DictConfig:
    """A copy of ``cfg`` with the sidecar's preprocessing, label order and network settings, except for the user's own.

    With ``weights_from``, a zoo network's missing weights are fetched first. Raises WeightsError if this fails, or if
    the sidecar is damaged or belongs to another file; ConfigError for an unknown ``weights_from``.
    """
    completed = cfg.copy()
    if cfg.model.onnx is not None or cfg.model.weights in (None, RANDOM):
        return completed
    if cfg.weights_from is not None and cfg.task.name in _TASKS_WITH_WEIGHTS:
        _fetch(cfg)
    try:
        path = weights_file_of(cfg).found()
    except WeightsError:
        return completed  # the task reports it, or works without
    if sidecar := read_sidecar(path):
        _take(completed, sidecar)
    return completed


def _fetch(cfg: DictConfig) -> None:
    if cfg.weights_from not in _ORIGINS:
        raise ConfigError(f"weights_from={cfg.weights_from}: choose one of {', '.join(_ORIGINS)}, or null")
    entry = read_catalogue(CONF / "model").get(cfg.model.name)
    if entry is None or cfg.model.prototxt is not None:
        raise ConfigError(f"weights_from={cfg.weights_from}: fetches only weights of the zoo's networks")
    file = weights_file_of(cfg)
    try:
        file.found()
    except WeightsError:
        from clsbench.weights.get import Wanted, got  # noqa: PLC0415 - a run that has its weights fetches nothing

        output = file.folder.expanduser() / Path(file.name).expanduser()
        log.info("%s: %s", output, got(Wanted(generated(entry), cfg.weights_from, output)).title)


def _take(cfg: DictConfig, sidecar: Sidecar) -> None:
    is_taken = False
    before = _settings(cfg)
    if sidecar.images is not None:
        is_taken = not is_asked("preprocessing")
        _take_images(cfg, sidecar.images, preprocessing=is_taken)
    after = _settings(cfg) | {f"layer {name}": dict(each) for name, each in sidecar.network_settings.items()}
    changed = " ".join(f"{key}={value}" for key, value in after.items() if value != before.get(key)).replace("'", "")
    cfg.model.sidecar = {
        "changed": changed,
        "source": sidecar.title,
        "relation": sidecar.relation,
        "preprocessing": is_taken,
        "network_settings": {layer: dict(settings) for layer, settings in sidecar.network_settings.items()},
    }
    log.info("%s: weights of %s", cfg.model.name, sidecar.title)
    if changed:
        log.warning("%s: its sidecar sets %s", cfg.model.weights, changed)
    if not sidecar.is_published:
        log.warning("%s: weights of %s; the published figures do not apply", cfg.model.name, sidecar.title)


def _settings(cfg: DictConfig) -> dict[str, object]:
    """The settings that a sidecar can change, by the override that sets them."""
    pixels = cast(dict[str, object], OmegaConf.to_container(cfg.preprocessing))
    return {
        "preprocessing.mean": pixels["mean"],
        "preprocessing.std": pixels["std"],
        "model.label_order": cfg.model.label_order,
        "model.channel_order": cfg.model.channel_order,
    }


def _take_images(cfg: DictConfig, images: Images, *, preprocessing: bool) -> None:
    if preprocessing:
        cfg.preprocessing.mean, cfg.preprocessing.std = images.mean, images.std
    if not is_asked("model.label_order"):
        cfg.model.label_order = images.label_order
    if not is_asked("model.channel_order"):
        cfg.model.channel_order = images.channel_order


def is_asked(key: str) -> bool:
    """Whether the command line sets ``key`` or anything below it."""
    asked = HydraConfig.get().overrides.task if HydraConfig.initialized() else []
    return any(each.lstrip("+~").partition("=")[0].startswith(key) for each in asked)
