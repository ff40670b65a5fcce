"""ArgMax: the places, or the values, of the largest numbers, as float32.

argmax_layer.cpp sorts pairs of value and place, largest first, so among equal values the later place comes first.
ONNX's TopK puts the earlier one first, so it is applied to the reversed blob.
"""

import numpy as np
from onnx import TensorProto

from clsbench.caffe.axes import axis_of, count
from clsbench.caffe.settings import flag, is_set, whole
from clsbench.errors import NetError
from clsbench.onnx_export.site import Site


def arg_max(site: Site) -> None:
    """TopK along the axis, or over each whole image."""
    layer, bottom = site.layer, site.bottoms[0]
    if is_set(layer, "axis"):
        axis = axis_of(layer, bottom.shape, whole(layer, "axis"))
        if axis == bottom.batch_axis:
            raise NetError(f"{layer}: looks for the largest along the batch; an ONNX file takes any number of images")
        values, places = _top_k(site, layer.bottoms[0], bottom.shape[axis], axis)
        site.finish("Identity", [values if flag(layer, "out_max_val") else places])
        return
    size = count(bottom.shape[1:])
    values, places = _top_k(site, site.reshaped(layer.bottoms[0], (-1, size)), size, 1)
    found = site.step("Concat", [places, values], {"axis": 1}) if flag(layer, "out_max_val") else places
    site.finish("Reshape", [found, site.wholes("top_shape", site.tops[0].reshape_target)])


def _top_k(site: Site, value: str, size: int, axis: int) -> tuple[str, str]:
    """The largest values, and their places as float32, both along ``axis``."""
    turned = site.step("Gather", [value, site.wholes("backwards", np.arange(size)[::-1])], {"axis": axis})
    values, places = site.value("values"), site.value("places_from_end")
    top_k = site.wholes("top_k", [whole(site.layer, "top_k")])
    site.graph.add_node(f"{site.layer.name}/TopK", "TopK", [turned, top_k], [values, places], {"axis": axis})
    from_start = site.step("Sub", [site.wholes("last", size - 1), places])
    return values, site.step("Cast", [from_start], {"to": int(TensorProto.FLOAT)})
