"""Pooling as pooling_layer.cpp does it: its own number of windows, the last one clipped, and its own divisor for AVE.

The image size is known here, so the pads that give Caffe's number of windows are written out; ONNX's ceil_mode, whose
meaning differs between runtimes, is never used.
"""

from collections.abc import Sequence

import numpy as np

from clsbench.caffe.settings import flag, word
from clsbench.caffe.window import window_of
from clsbench.onnx_export.site import Site


def pooling(site: Site) -> None:
    """MaxPool, AveragePool or their global forms."""
    layer = site.layer
    is_max = word(layer, "pool") == "MAX"
    if flag(layer, "global_pooling"):
        site.finish("GlobalMaxPool" if is_max else "GlobalAveragePool", layer.bottoms)
        return
    window = window_of(layer)
    attributes = {"kernel_shape": window.kernel, "strides": window.stride}
    pads = (*window.pad, *_pads_at_end(site))
    if is_max:
        site.finish("MaxPool", layer.bottoms, {**attributes, "pads": pads})
        return
    height, width = _divisors(site)
    if min(height) == window.kernel[0] and min(width) == window.kernel[1]:
        site.finish("AveragePool", layer.bottoms, {**attributes, "pads": pads, "count_include_pad": 1})
        return
    # clipped windows: average over the whole kernel, zeros included, then put the divisor right place by place
    padded = site.step("Pad", [layer.bottoms[0], site.wholes("pads", (0, 0, *pads[:2], 0, 0, *pads[2:]))])
    average = site.step("AveragePool", [padded], attributes)
    area = window.kernel[0] * window.kernel[1]
    correction = area / np.multiply.outer(np.array(height, np.float64), np.array(width, np.float64))
    site.finish("Mul", [average, site.tensor("correction", correction[np.newaxis, np.newaxis])])


def _pads_at_end(site: Site) -> Sequence[int]:
    """What the last window needs beyond the image; none where it ends inside."""
    window = window_of(site.layer)
    needed = []
    for axis in range(2):
        last_end = (site.tops[0].shape[2 + axis] - 1) * window.stride[axis] - window.pad[axis] + window.kernel[axis]
        needed.append(max(0, last_end - site.bottoms[0].shape[2 + axis]))
    return needed


def _divisors(site: Site) -> Sequence[Sequence[int]]:
    """By how many rows, and by how many columns, each window's sum is divided: Caffe clips windows at size + pad."""
    window = window_of(site.layer)
    divisors = []
    for axis in range(2):
        clip = site.bottoms[0].shape[2 + axis] + window.pad[axis]
        starts = [place * window.stride[axis] - window.pad[axis] for place in range(site.tops[0].shape[2 + axis])]
        divisors.append([min(start + window.kernel[axis], clip) - start for start in starts])
    return divisors
