"""Crop: the first bottom cut to the size of the second, starting at an offset."""

from clsbench.caffe.axes import axis_of
from clsbench.caffe.settings import whole
from clsbench.caffe.shapes.reshaping import crop_offsets
from clsbench.errors import NetError
from clsbench.onnx_export.site import Site


def crop(site: Site) -> None:
    """Slice; an axis that grows with the batch must stay whole."""
    layer, (source, like) = site.layer, site.bottoms
    first = axis_of(layer, source.shape, whole(layer, "axis"))
    offsets = dict(enumerate(crop_offsets(layer, source.shape), first))
    if like.batch_axis in offsets:
        axis = like.batch_axis
        if axis != source.batch_axis or offsets.pop(axis) or source.shape[axis] != like.shape[axis]:
            raise NetError(f"{layer}: cuts to the number of images along axis {axis}; let axis begin behind it")
    if not offsets:
        site.finish("Identity", layer.bottoms[:1])
        return
    bounds = (offsets.values(), [offset + like.shape[axis] for axis, offset in offsets.items()], offsets)
    named = [site.wholes(name, list(values)) for name, values in zip(("starts", "ends", "axes"), bounds, strict=True)]
    site.finish("Slice", [layer.bottoms[0], *named])
