"""SPP: the same image pooled to 1, 2, 4, ... bins per side, all bins in a row."""

from collections.abc import Sequence
from dataclasses import replace

from clsbench.caffe.axes import count, image_axes
from clsbench.caffe.net import Layer, Shape, Value
from clsbench.caffe.settings import whole, word
from clsbench.caffe.shapes.sliding import pooling
from clsbench.errors import NetError


def spatial_pyramid(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """spp_layer.cpp of BVLC Caffe: batch x bins of all levels; a single level stays batch x channels x 1 x 1."""
    batch = bottoms[0][0]
    shapes = [pooling(pool, bottoms)[0] for pool in levels(layer, bottoms[0])]
    return (shapes[0],) if len(shapes) == 1 else ((batch, sum(count(shape[1:]) for shape in shapes)),)


def levels(layer: Layer, shape: Shape) -> tuple[Layer, ...]:
    """The Pooling layer of each level, without its own tops."""
    height = whole(layer, "pyramid_height")
    _, _, *image = image_axes(layer, shape)
    if height < 1 or 2 ** (height - 1) > min(image):
        raise NetError(
            f"{layer}: pyramid_height {height} must be at least 1, and the image {image} 2^(height - 1) pixels a side"
        )
    return tuple(_pool(layer, image, 2**level) for level in range(height))


def _pool(layer: Layer, image: Sequence[int], bins: int) -> Layer:
    params: dict[str, Value] = {"pool": word(layer, "pool")}
    for side, size in zip("hw", image, strict=True):
        kernel = -(-size // bins)
        params[f"kernel_{side}"] = params[f"stride_{side}"] = kernel
        params[f"pad_{side}"] = (kernel * bins - size + 1) // 2
    return replace(layer, type="Pooling", params=params)
