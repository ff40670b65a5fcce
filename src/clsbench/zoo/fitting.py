"""Prepares a network for one crop size: one output, and a suitable last pool."""

from dataclasses import replace

from clsbench.caffe.dense import over_places
from clsbench.caffe.net import Net
from clsbench.caffe.shapes import infer_shapes
from clsbench.caffe.sizes import Sides, check_size, with_input_size
from clsbench.errors import NetError
from clsbench.zoo.global_pool import sees_the_whole_map, with_global_final_pool
from clsbench.zoo.main_output import with_main_output_only


def fitted(net: Net, crop_size: Sides, dense: str | None = None) -> Net:
    """``net`` cut to its classifier, for images of ``crop_size`` pixels, with a global last pool if it needs one.

    ``dense`` combines the scores of a fully convolutional net's places: their mean or max. Raises NetError, with the
    nearest sizes that fit, if ``net`` cannot take this one.
    """
    cut = with_main_output_only(net)
    if dense is not None:
        cut = over_places(cut, dense)
    try:
        suited = with_suitable_pool(cut, crop_size)
    except NetError:
        suited = with_global_final_pool(cut)
    check_size(replace(suited, inputs=cut.inputs), crop_size)  # compared with the weights at the net's own size
    return suited


def with_suitable_pool(net: Net, crop_size: Sides) -> Net:
    """``net`` for images of ``crop_size`` pixels; a fixed last pool that does not see the whole map becomes global.

    Raises NetError if the layers do not fit together at this size.
    """
    sized = with_input_size(net, crop_size)
    pooled = with_input_size(with_global_final_pool(net), crop_size)
    if pooled == sized:
        return sized
    (place,) = (i for i, layer in enumerate(sized.layers) if layer != pooled.layers[i])
    bottom = infer_shapes(pooled)[place].bottoms[0]
    return sized if sees_the_whole_map(sized.layers[place], bottom) else pooled
