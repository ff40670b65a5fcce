"""The published times of a network, and what they were measured on."""

from collections.abc import Mapping
from typing import Any

# soeaver/caffe-model, cls/README.md: `caffe time`, one image.
DEVICE = "Titan X Pascal, cuDNN 5.1"


def published_times(
    published: Mapping[str, Any], sizes: Mapping[str, int], crop_size: int | str, batch: int
) -> dict[str, float]:
    """published_forward_ms and published_backward_ms for one image of ``crop_size`` pixels; {} if there are none.

    ``published`` belongs to a model, with times: gpu: size -> [forward, backward]; ``sizes`` maps size -> crop size.
    """
    gpu: Mapping[str, Any] = (published.get("times") or {}).get("gpu") or {}
    for size, times in gpu.items():
        if batch == 1 and sizes.get(size) == crop_size:
            names = ("published_forward_ms", "published_backward_ms")
            return {name: float(time) for name, time in zip(names, times, strict=False) if time is not None}
    return {}


def ratios(measured: Mapping[str, float], published: Mapping[str, float]) -> dict[str, float]:
    """forward_ratio and backward_ratio: the measured mean over the published one, which is also a mean."""
    found = {}
    for kind in ("forward", "backward"):
        mean, reference = measured.get(f"{kind}_ms_mean"), published.get(f"published_{kind}_ms")
        if mean is not None and reference:
            found[f"{kind}_ratio"] = mean / reference
    return found
