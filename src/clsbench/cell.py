"""What identifies a run in the tracker: its choices, its inputs' checksums, and a fingerprint of all that counts."""

from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from clsbench.config import CONF, fingerprint
from clsbench.engines.engine import Description
from clsbench.model.model import Model
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
        name=f"{_title(model)} {crop} {pixels.crop_size} {choices['engine']}",
        params={
            **_model_params(cfg, model, pixels),
            "crop": crop,
            "base_size": pixels.base_size,
            "preprocessing": choices["preprocessing"],
            "dataset": dataset.name,
            "limit": "all" if cfg.limit is None else cfg.limit,
            "engine": choices["engine"],
        },
        tags=_model_tags(cfg, model) | tags,
        dataset=DatasetInput(dataset.name, dataset.digest, str(cfg.dataset.get("root") or "")),
        description=(
            f"**{_title(model)}**: {crop} crop of {pixels.crop_size} pixels from base size {pixels.base_size}, "
            f"{len(dataset.samples)} images of {dataset.name}, on {choices['engine']}."
        ),
    )


def export_cell(cfg: DictConfig, model: Model, pixels: Pixels) -> Cell:
    """An export."""
    identity = {"task": "export", "network": model.network_sha256, "weights": model.weights_sha256}
    return Cell(
        name=f"{_title(model)} export {pixels.crop_size}",
        params=_model_params(cfg, model, pixels),
        tags=_model_tags(cfg, model) | {"fingerprint": fingerprint(identity)},
        description=f"**{_title(model)}** as prototxt and ONNX for views of {pixels.crop_size} pixels.",
    )


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
        "network": parts.model.network_sha256,
        "weights": parts.model.weights_sha256,
        "dataset": parts.dataset.digest,
        "engine": (description.engine, dict(description.versions), description.device, description.precision),
    }
    versions = {f"{name}_version": version for name, version in description.versions.items()}
    return {
        "device": description.device,
        "precision": description.precision,
        "fingerprint": fingerprint(identity),
        **versions,
    }


def _title(model: Model) -> str:
    return model.name if model.weights else f"{model.name} (random weights)"


def _model_params(cfg: DictConfig, model: Model, pixels: Pixels) -> dict[str, str | int | float]:
    weights = model.weights.name if model.weights else RANDOM
    return {"model": model.name, "weights": weights, "size": cfg.size, "crop_size": pixels.crop_size}


def _model_tags(cfg: DictConfig, model: Model) -> dict[str, str]:
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
