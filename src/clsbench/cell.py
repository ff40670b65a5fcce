"""What identifies a run in the tracker: its choices, its inputs' checksums, and a fingerprint of all that counts."""

from dataclasses import asdict
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from clsbench.config import CONF, fingerprint
from clsbench.engines.engine import Description
from clsbench.model.classifier import Classifier
from clsbench.model.weights_file import RANDOM
from clsbench.parts import Parts, Pixels
from clsbench.results.environment import git_commit
from clsbench.tracking.tracker import Cell, DatasetInput


def cell_of(cfg: DictConfig, parts: Parts) -> Cell:
    """An evaluation as far as it is known before the engine is opened."""
    choices = HydraConfig.get().runtime.choices
    pixels, model, dataset, crop = parts.pixels, parts.model, parts.dataset, parts.views.crop.name
    tags = {"crop": crop, "engine": choices["engine"], "dataset": dataset.name, "dataset_sha256": dataset.digest}
    return Cell(
        name=f"{title_of(model)} {crop} {pixels.crop_size} {choices['engine']}",
        params={
            **model_params(cfg, model, pixels),
            "crop": crop,
            "base_size": pixels.base_size,
            "preprocessing": choices["preprocessing"],
            "dataset": dataset.name,
            "limit": "all" if cfg.limit is None else cfg.limit,
            "engine": choices["engine"],
        },
        tags=model_tags(cfg, model) | tags,
        dataset=DatasetInput(dataset.name, dataset.digest, str(cfg.dataset.get("root") or "")),
        description=(
            f"**{title_of(model)}**: {crop} crop of {pixels.crop_size} pixels from base size {pixels.base_size}, "
            f"{len(dataset.samples)} images of {dataset.name}, on {choices['engine']}."
        ),
    )


def export_cell(cfg: DictConfig, model: Classifier, pixels: Pixels) -> Cell:
    """An export."""
    identity = {"task": "export", "network": model.network_sha256, "weights": model.weights_sha256}
    return Cell(
        name=f"{title_of(model)} export {pixels.crop_size}",
        params=model_params(cfg, model, pixels),
        tags=model_tags(cfg, model) | {"fingerprint": fingerprint(identity)},
        description=f"**{title_of(model)}** as prototxt and ONNX for views of {pixels.crop_size} pixels.",
    )


def time_cell(cfg: DictConfig, model: Classifier, pixels: Pixels) -> Cell:
    """A timing as far as it is known before the engine is opened."""
    engine, timing = HydraConfig.get().runtime.choices["engine"], cfg.timing
    settings = {f"timing_{key}": str(timing[key]) for key in ("iterations", "seconds") if timing[key] is not None}
    task = "time" if timing.name == "clean" else f"{timing.name}-time"
    batch = "" if cfg.batch_size == 1 else f" batch {cfg.batch_size}"
    return Cell(
        name=f"{title_of(model)} {task} {pixels.crop_size} {engine}{batch}",
        params=model_params(cfg, model, pixels) | {"engine": engine, "timing": timing.name} | settings,
        tags=model_tags(cfg, model) | {"engine": engine, "timing": timing.name},
        description=f"**{title_of(model)}** timed with views of {pixels.crop_size} pixels on {engine} ({timing.name}).",
    )


def timed_tags(cfg: DictConfig, model: Classifier, description: Description) -> dict[str, str]:
    """As ``opened_tags``, of a timing: what can change its times is in its fingerprint."""
    identity = {
        "task": cfg.task.name,
        "timing": OmegaConf.to_container(cfg.timing, resolve=True),
        "engine": OmegaConf.to_container(cfg.engine, resolve=True),
        "opened": asdict(description),
        "network": model.network_sha256,
        "weights": model.weights_sha256,
    }
    return _description_tags(description) | {"fingerprint": fingerprint(identity)}


def opened_params(description: Description) -> dict[str, str | int | float]:
    """What the engine chose by itself."""
    return {
        "device": description.device,
        "precision": description.precision,
        "batch_size": description.batch_size,
        "threads": description.threads,
        "streams": description.streams,
    }


def opened_tags(cfg: DictConfig, parts: Parts, description: Description) -> dict[str, str]:
    """Device, precision, versions, and the fingerprint: equal for runs that must give equal results."""
    identity = {
        "task": cfg.task.name,
        "crop": OmegaConf.to_container(cfg.crop, resolve=True),
        "preprocessing": OmegaConf.to_container(cfg.preprocessing, resolve=True),
        "pixels": (parts.pixels.crop_size, parts.pixels.base_size),
        "limit": cfg.limit,
        "label_order": cfg.model.label_order,
        "channel_order": cfg.model.channel_order,
        "network": parts.model.network_sha256,
        "weights": parts.model.weights_sha256,
        "dataset": parts.dataset.digest,
        "engine": (description.engine, dict(description.versions), description.device, description.precision),
    }
    return _description_tags(description) | {"fingerprint": fingerprint(identity)}


def _description_tags(description: Description) -> dict[str, str]:
    versions = {f"{name}_version": version for name, version in description.versions.items()}
    return {"device": description.device, "precision": description.precision, **versions}


def title_of(model: Classifier) -> str:
    """The model's name; random weights are said."""
    return model.name if model.weights else f"{model.name} (random weights)"


def model_params(cfg: DictConfig, model: Classifier, pixels: Pixels) -> dict[str, str | int | float]:
    """The network and its size."""
    weights = model.weights.name if model.weights else RANDOM
    return {"model": model.name, "weights": weights, "size": cfg.size, "crop_size": pixels.crop_size}


def model_tags(cfg: DictConfig, model: Classifier) -> dict[str, str]:
    """The network, its checksums, and what it was run by."""
    hydra = HydraConfig.get()
    tags = {
        "task": cfg.task.name,
        "model": model.name,
        "size": cfg.size,
        "weights": "file" if model.weights else RANDOM,
        "network_sha256": model.network_sha256,
        "weights_sha256": model.weights_sha256,
        "sweep_id": Path(hydra.sweep.dir).name if hydra.mode == RunMode.MULTIRUN else None,
        "git_commit": git_commit(CONF.parent),
        "notes": "; ".join(model.notes),
    }
    return {key: value for key, value in tags.items() if value}
