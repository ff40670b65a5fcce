"""Convolution, with groups and dilation."""

from clsbench.caffe.window import window_of
from clsbench.onnx_export.site import Site
from clsbench.onnx_export.sliding import window_attributes


def convolution(site: Site) -> None:
    """Conv; a padded 1x1 becomes a Pad and a Conv.

    Otherwise OpenCV 5.0.0 reads beyond the image (SqueezeNet's conv10 is such a layer); ONNX Runtime fuses both again.
    """
    value = site.layer.bottoms[0]
    attributes = window_attributes(site.layer)
    window = window_of(site.layer)
    if window.kernel == (1, 1) and window.is_padded:
        value = site.step("Pad", [value, site.wholes("pads", (0, 0, *window.pad, 0, 0, *window.pad_end))])
        attributes = {**attributes, "pads": (0, 0, 0, 0)}
    site.finish("Conv", [value, *site.weights()], attributes)
