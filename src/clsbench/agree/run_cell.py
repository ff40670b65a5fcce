"""What identifies a comparison in the tracker."""

from dataclasses import asdict

from omegaconf import DictConfig, OmegaConf

from clsbench.agree.agreement import Agreement
from clsbench.agree.images import DatasetImages
from clsbench.cells.cell import model_params, model_tags, title_of
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.composition.resizing import resize_identity
from clsbench.composition.sizes import Pixels
from clsbench.config import fingerprint
from clsbench.model.classifier import Classifier
from clsbench.tracking.tracker import Cell, DatasetInput


def agreement_cell(cfg: DictConfig, model: Classifier, pixels: Pixels, agreement: Agreement) -> Cell:
    """A comparison whose engines are open."""
    used, images, reference = agreement.descriptions, agreement.images, agreement.reference.label
    engines = " ".join(used)
    versions = {f"{name}_version": text for each in used.values() for name, text in each.versions.items()}
    params: dict[str, str | float] = {"engines": engines, "images": images.name, "tolerance": agreement.tolerance}
    tags = {"engines": engines, "reference": reference, "images": cfg.task.images, "dataset_sha256": images.digest}
    dataset = None
    if isinstance(images, DatasetImages):
        params["crop"] = images.views.crop.name
        dataset = DatasetInput(images.name, images.digest, str(cfg.dataset.get("root") or ""))
    return Cell(
        name=f"{title_of(model)} agree {pixels.crop_size} {engines}",
        params=model_params(cfg, model, pixels) | params,
        tags=model_tags(cfg, model) | tags | versions | {"fingerprint": _fingerprint(cfg, pixels, agreement)},
        dataset=dataset,
        description=(
            f"**{title_of(model)}**: the same scores on {engines}? Compared with {reference} on {images.count} "
            f"images of {images.name}, {pixels.crop_size} pixels."
        ),
    )


def _fingerprint(cfg: DictConfig, pixels: Pixels, agreement: Agreement) -> str:
    views = None
    if isinstance(agreement.images, DatasetImages):
        crop = OmegaConf.to_container(cfg.crop, resolve=True)
        resize = [identity] if (identity := resize_identity(cfg)) else []
        views = [crop, preprocessing_identity(cfg), pixels.identity, cfg.model.channel_order, *resize]
    identity = {
        "task": cfg.task.name,
        "images": agreement.images.digest,
        "limit": cfg.limit,
        "views": views,
        "networks": [(each.network.network_sha256, each.network.weights_sha256) for each in agreement.contestants],
        "engines": {label: asdict(each) for label, each in agreement.descriptions.items()},
    }
    return fingerprint(identity)
