"""What identifies a comparison of int8 with fp32, layer by layer, in the tracker."""

from omegaconf import DictConfig

from clsbench.cells.cell import model_params, model_tags, title_of
from clsbench.composition.parts import Parts
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.config import fingerprint
from clsbench.model.quantised import Quantised
from clsbench.tracking.tracker import Cell, DatasetInput


def layers_cell(cfg: DictConfig, parts: Parts) -> Cell:
    """A comparison as far as it is known before anything is quantised."""
    model, dataset = parts.model, parts.dataset
    assert isinstance(model, Quantised)
    identity = {
        "task": "agree layers",
        "network": [model.network_sha256, model.weights_sha256, dict(model.identity)],
        "images": dataset.digest,
        "views": [parts.views.crop.name, preprocessing_identity(cfg), parts.pixels.identity],
    }
    return Cell(
        name=f"{title_of(model)} layers in int8 {parts.pixels.crop_size}",
        params=model_params(cfg, model, parts.pixels) | {"dataset": dataset.name, "crop": parts.views.crop.name},
        tags=model_tags(cfg, model) | {"dataset_sha256": dataset.digest, "fingerprint": fingerprint(identity)},
        dataset=DatasetInput(dataset.name, dataset.digest, str(cfg.dataset.get("root") or "")),
        description=f"**{title_of(model)}** in int8 against fp32, layer by layer, on {dataset.name}.",
    )
