"""SPP: the image pooled to bins of several sizes, all bins in a row."""

from dataclasses import replace

from clsbench.caffe.shapes.pyramid import levels
from clsbench.caffe.shapes.sliding import pooling as pooled_shape
from clsbench.onnx_export.extents import Extent
from clsbench.onnx_export.layers.pooling import pooling
from clsbench.onnx_export.site import Site


def spp(site: Site) -> None:
    """A pool and a Flatten per level, and a Concat: spp_layer.cpp; a single level is just its pool."""
    shape = site.bottoms[0].shape
    pools = levels(site.layer, shape)
    if len(pools) == 1:
        pooling(replace(site, layer=pools[0]))
        return
    rows = []
    for number, pool in enumerate(pools):
        (found,) = pooled_shape(pool, [shape])
        name = site.value(f"level{number}")
        pooling(replace(site, layer=replace(pool, tops=(name,)), tops=(Extent(found, site.bottoms[0].batch_axis),)))
        rows.append(site.step("Flatten", [name], {"axis": 1}))
    site.finish("Concat", rows, {"axis": 1})
