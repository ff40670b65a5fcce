"""What identifies an examination in the tracker."""

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from clsbench.cells.cell import model_params, model_tags, title_of
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.config import fingerprint
from clsbench.doctor.examination import Examination
from clsbench.tracking.tracker import Cell, DatasetInput


def doctor_cell(cfg: DictConfig, parts: Examination) -> Cell:
    """An examination before its search."""
    engine, model, sample = HydraConfig.get().runtime.choices["engine"], parts.model, parts.sample
    identity = {
        "task": cfg.task.name,
        "dataset": sample.digest,
        "network": [model.network_sha256, model.weights_sha256],
        "views": [OmegaConf.to_container(cfg.crop, resolve=True), preprocessing_identity(cfg), parts.pixels.identity],
        "orders": [cfg.model.label_order, cfg.model.channel_order],
        "engine": OmegaConf.to_container(cfg.engine, resolve=True),
    }
    images = len(sample.samples)
    return Cell(
        name=f"{title_of(model)} doctor {parts.pixels.crop_size} {engine}",
        params=model_params(cfg, model, parts.pixels)
        | {"engine": engine, "dataset": sample.name, "limit": f"sample {images} seed {cfg.seed}"},
        tags=model_tags(cfg, model)
        | {"engine": engine, "dataset_sha256": sample.digest, "fingerprint": fingerprint(identity)},
        dataset=DatasetInput(sample.name, sample.digest, str(cfg.dataset.get("root") or "")),
        description=f"**{title_of(model)}**: are the settings right? Examined on {images} images of {sample.name}.",
    )
