"""Interp and Upsample: resize an image."""

from collections.abc import Sequence

import numpy as np

from clsbench.caffe.settings import whole
from clsbench.caffe.shapes.resizing import interp_pads
from clsbench.onnx_export.graph import Attributes
from clsbench.onnx_export.site import Site


def interp(site: Site) -> None:
    """Slice, and Resize with the corner pixels aligned: DeepLab's interp_layer.cpp."""
    (value,) = site.layer.bottoms
    begin, end = interp_pads(site.layer)
    _, _, height, width = site.bottoms[0].shape
    if begin or end:
        bounds = [site.wholes("starts", (-begin, -begin)), site.wholes("ends", (height + end, width + end))]
        value = site.step("Slice", [value, *bounds, site.wholes("axes", (2, 3))])
    _, _, *sizes = site.tops[0].shape
    scales = [_scale(old + begin + end, new) for old, new in zip((height, width), sizes, strict=True)]
    attributes: Attributes = {"mode": "linear", "coordinate_transformation_mode": "align_corners"}
    _resize(site, value, scales, attributes)


def upsample(site: Site) -> None:
    """Resize to the nearest pixel: each pixel ``scale`` times."""
    attributes: Attributes = {
        "mode": "nearest",
        "coordinate_transformation_mode": "asymmetric",
        "nearest_mode": "floor",
    }
    _resize(site, site.layer.bottoms[0], [whole(site.layer, "scale")] * 2, attributes)


def _scale(old: int, new: int) -> float:
    """A float32 whose exact product with ``old``, rounded down as in Resize, is ``new``."""
    scale = np.float32(new / old)
    return float(scale if int(old * float(scale)) == new else np.nextafter(scale, np.float32(np.inf)))


def _resize(site: Site, value: str, scales: Sequence[float], attributes: Attributes) -> None:
    site.finish("Resize", [value, "", site.tensor("scales", np.array([1, 1, *scales], np.float32))], attributes)
