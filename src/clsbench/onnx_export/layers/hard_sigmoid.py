"""HardSigmoid and HardSwish: straight lines between two bends."""

from clsbench.caffe.settings import real
from clsbench.onnx_export.site import Site


def hard_sigmoid(site: Site) -> None:
    """HardSigmoid: alpha * x + beta between 0 and 1, 0.2 and 0.5 by default (Synopsys' hard_sigmoid_layer.cpp)."""
    attributes = {name: real(site.layer, name) for name in ("alpha", "beta")}
    site.finish("HardSigmoid", site.layer.bottoms, attributes)


def hard_swish(site: Site) -> None:
    """x * ReLU6(x + 3) / 6, MobileNetV3's (Synopsys' hard_swish_layer.cpp)."""
    (x,) = site.layer.bottoms
    site.finish("Mul", [x, site.step("HardSigmoid", [x], {"alpha": 1 / 6, "beta": 0.5})])
