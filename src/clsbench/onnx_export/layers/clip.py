"""Clip and ReLU6: numbers kept within bounds."""

from clsbench.caffe.settings import real
from clsbench.errors import NetError
from clsbench.onnx_export.site import Site


def clip(site: Site) -> None:
    """Clip, as BVLC master's clip_layer.cpp."""
    _clip(site, real(site.layer, "min"), real(site.layer, "max"))


def relu6(site: Site) -> None:
    """Clip to 0 and 6, as relu6_layer.cpp of the MobileNet forks; they have no slope."""
    if real(site.layer, "negative_slope") != 0.0:
        raise NetError(f"{site.layer}: a ReLU6 has no negative_slope; leave it out")
    _clip(site, 0.0, 6.0)


def _clip(site: Site, low: float, high: float) -> None:
    site.finish("Clip", [*site.layer.bottoms, site.number("min", low), site.number("max", high)])
