"""Tile: copies side by side along an axis."""

import numpy as np

from clsbench.caffe.axes import axis_of
from clsbench.caffe.settings import whole
from clsbench.onnx_export.site import Site


def tile(site: Site) -> None:
    """Tile."""
    repeats = np.ones(site.bottoms[0].rank, np.int64)
    repeats[axis_of(site.layer, site.bottoms[0].shape, whole(site.layer, "axis"))] = whole(site.layer, "tiles")
    site.finish("Tile", [*site.layer.bottoms, site.wholes("repeats", repeats)])
