"""The published numbers of a run's cell as metrics, and the differences to them."""

from collections.abc import Mapping

from omegaconf import DictConfig, OmegaConf

from clsbench.composition.parts import Parts
from clsbench.composition.resizing import resize_identity
from clsbench.model.published import PublishedErrors, published_errors
from clsbench.weights.source import ARCHITECTURE


def published_metrics(cfg: DictConfig, parts: Parts, measured: Mapping[str, float]) -> dict[str, float]:
    """``published_…`` and, if the errors were measured, ``delta_…``; nothing for random weights or other classes."""
    found = _published(cfg, parts)
    if found is None or parts.model.weights is None or cfg.model.label_order is None:
        return {}
    if resize_identity(cfg):  # published with another resize
        return {}
    if cfg.model.sidecar.get("relation") == ARCHITECTURE:  # others trained these weights
        return {}
    metrics: dict[str, float] = {}
    for key, value in (("top1_error", found.top1_error), ("top5_error", found.top5_error)):
        if value is None:
            continue
        metrics[f"published_{key}"] = value
        if key in measured:
            metrics[f"delta_{key}"] = round(measured[key] - value, 6)  # -0.004, not -0.004000000000001336
    return metrics


def _published(cfg: DictConfig, parts: Parts) -> PublishedErrors | None:
    published = OmegaConf.to_container(cfg.model.published, resolve=True)
    assert isinstance(published, dict)
    sizes = {str(name): (size.crop_size, size.base_size) for name, size in cfg.model.sizes.items()}
    cell = (parts.views.crop.name, parts.pixels.crop_size.label, parts.pixels.base_label)
    return published_errors({str(key): value for key, value in published.items()}, sizes, cell)
