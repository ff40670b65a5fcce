"""Log: the logarithm of shift + scale * x; base -1 stands for e."""

from clsbench.caffe.settings import real
from clsbench.errors import NetError
from clsbench.onnx_export.logarithm import natural_log_of_base
from clsbench.onnx_export.site import Site, Step


def log(site: Site) -> None:
    """log_layer.cpp: log(scale * x + shift) / log(base)."""
    layer = site.layer
    log_base = natural_log_of_base(layer)
    if log_base == 0.0:
        raise NetError(f"{layer}: there is no logarithm to base 1; give another base")
    steps: list[Step] = [("Log", ())]
    if real(layer, "shift") != 0.0:
        steps.insert(0, ("Add", [site.number("shift", real(layer, "shift"))]))
    if real(layer, "scale") != 1.0:
        steps.insert(0, ("Mul", [site.number("scale", real(layer, "scale"))]))
    if log_base != 1.0:
        steps.append(("Mul", [site.number("base_scale", 1.0 / log_base)]))
    site.chain(layer.bottoms[0], steps)
