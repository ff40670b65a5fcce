"""Deconvolution: Caffe stores its weights as (channel in, channel out / group, height, width), and so does ONNX."""

from clsbench.onnx_export.site import Site
from clsbench.onnx_export.sliding import window_attributes


def deconvolution(site: Site) -> None:
    """ConvTranspose."""
    site.finish("ConvTranspose", [*site.layer.bottoms, *site.weights()], window_attributes(site.layer))
