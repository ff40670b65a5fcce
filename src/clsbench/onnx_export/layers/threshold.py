"""Threshold: 1 if x is greater, else 0."""

from onnx import TensorProto

from clsbench.caffe.settings import real
from clsbench.onnx_export.site import Site


def threshold(site: Site) -> None:
    """Greater, and Cast back to float32."""
    limit = site.number("threshold", real(site.layer, "threshold"))
    site.finish("Cast", [site.step("Greater", [*site.layer.bottoms, limit])], {"to": int(TensorProto.FLOAT)})
