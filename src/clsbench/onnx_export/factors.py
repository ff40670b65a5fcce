"""The numbers of a Scale or Bias layer, shaped so that ONNX broadcasts them to their axes."""

from clsbench.caffe.factors import factor_axes
from clsbench.caffe.net import Blob
from clsbench.onnx_export.site import Site


def axes_of_factor(site: Site) -> tuple[int, int]:
    """The first axis, and the one after the last, for which the layer has separate numbers."""
    return factor_axes(site.layer, [extent.shape for extent in site.bottoms])


def own_factor(site: Site, name: str, blob: Blob) -> str:
    """A weight, with an axis of size 1 for each axis of the bottom after those that it applies to."""
    _, end = axes_of_factor(site)
    return site.tensor(name, blob.reshape((*blob.shape, *_ones_behind(site, end))))


def bottom_factor(site: Site) -> str:
    """The second bottom, in the same form."""
    _, end = axes_of_factor(site)
    behind = _ones_behind(site, end)
    name = site.layer.bottoms[1]
    return site.reshaped(name, (*site.bottoms[1].reshape_target, *behind)) if behind else name


def _ones_behind(site: Site, end: int) -> tuple[int, ...]:
    # a scalar needs none, because it broadcasts to every axis
    return (1,) * (site.bottoms[0].rank - end) if end else ()
