"""Pooling as in pooling_layer.cpp: its own number of windows, the last one clipped, and its own divisor for AVE.

AVE_EXC_PAD, and AVE_TF, its older name, divide only by the pixels inside the image (Synopsys Caffe). STOCHASTIC in TEST
is each window's sum of squares divided by its sum, 0 unless that is above 0 (pooling_layer.cu; Caffe has no CPU code).

The image size is known here, so the pads that give Caffe's number of windows are written explicitly; ONNX's ceil_mode,
whose meaning differs between runtimes, is never used.
"""

from collections.abc import Sequence

import numpy as np

from clsbench.caffe.settings import flag, word
from clsbench.caffe.window import window_of
from clsbench.onnx_export.graph import Attributes
from clsbench.onnx_export.site import Site


def pooling(site: Site) -> None:
    """MaxPool, AveragePool or their global forms."""
    layer = site.layer
    method = word(layer, "pool")
    if method == "STOCHASTIC":
        _squares_by_sum(site)
        return
    if flag(layer, "global_pooling"):
        site.finish("GlobalMaxPool" if method == "MAX" else "GlobalAveragePool", layer.bottoms)
        return
    window = window_of(layer)
    attributes: Attributes = {"kernel_shape": window.kernel, "strides": window.stride}
    pads = (*window.pad, *_pads_at_end(site))
    if method == "MAX":
        site.finish("MaxPool", layer.bottoms, {**attributes, "pads": pads})
        return
    if method != "AVE":
        site.finish("AveragePool", layer.bottoms, {**attributes, "pads": pads, "count_include_pad": 0})
        return
    height, width = _divisors(site)
    if min(height) == window.kernel[0] and min(width) == window.kernel[1]:
        site.finish("AveragePool", layer.bottoms, {**attributes, "pads": pads, "count_include_pad": 1})
        return
    # clipped windows: average over the whole kernel, zeros included, then correct the divisor place by place
    padded = site.step("Pad", [layer.bottoms[0], site.wholes("pads", (0, 0, *pads[:2], 0, 0, *pads[2:]))])
    average = site.step("AveragePool", [padded], attributes)
    area = window.kernel[0] * window.kernel[1]
    correction = area / np.multiply.outer(np.array(height, np.float64), np.array(width, np.float64))
    site.finish("Mul", [average, site.tensor("correction", correction[np.newaxis, np.newaxis])])


def _squares_by_sum(site: Site) -> None:
    """Two averages with the same divisor, so that it cancels."""
    (x,) = site.layer.bottoms
    squares = site.step("Mul", [x, x])
    if flag(site.layer, "global_pooling"):
        averages = [site.step("GlobalAveragePool", [value]) for value in (squares, x)]
    else:
        window = window_of(site.layer)
        pads = (*window.pad, *_pads_at_end(site))
        attributes: Attributes = {"kernel_shape": window.kernel, "strides": window.stride, "pads": pads}
        averages = [site.step("AveragePool", [value], {**attributes, "count_include_pad": 1}) for value in (squares, x)]
    zero = site.number("zero", 0.0)
    is_above = site.step("Greater", [averages[1], zero])
    site.finish("Where", [is_above, site.step("Div", averages), zero])


def _pads_at_end(site: Site) -> Sequence[int]:
    """The padding that the last window needs beyond the image; none if it ends inside."""
    window = window_of(site.layer)
    needed = []
    for axis in range(2):
        last_end = (site.tops[0].shape[2 + axis] - 1) * window.stride[axis] - window.pad[axis] + window.kernel[axis]
        needed.append(max(0, last_end - site.bottoms[0].shape[2 + axis]))
    return needed


def _divisors(site: Site) -> Sequence[Sequence[int]]:
    """The rows, and the columns, by which each window's sum is divided: Caffe clips windows at size + pad."""
    window = window_of(site.layer)
    divisors = []
    for axis in range(2):
        clip = site.bottoms[0].shape[2 + axis] + window.pad_end[axis]
        starts = [place * window.stride[axis] - window.pad[axis] for place in range(site.tops[0].shape[2 + axis])]
        divisors.append([min(start + window.kernel[axis], clip) - start for start in starts])
    return divisors
