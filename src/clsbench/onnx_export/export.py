"""Turns a Caffe net into an ONNX file: lowered, then layer by layer into one graph."""

from collections.abc import Mapping
from pathlib import Path

from onnx import ModelProto, TensorProto, ValueInfoProto, helper

from clsbench.caffe.axes import shape_text
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Net
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError, WeightsError
from clsbench.lowering.passes import FOR_ONNX, lower
from clsbench.onnx_export.extents import Extent, input_extents, layer_extents
from clsbench.onnx_export.graph import Graph
from clsbench.onnx_export.model_file import write_model
from clsbench.onnx_export.site import Site
from clsbench.onnx_export.table import EXPORTS

EXPORTER_VERSION = 1  # incremented whenever the same net would give another file

_OPSET = 17
_IR_VERSION = 8  # of onnx 1.10, the oldest that opset 17's runtimes share


def export_onnx(net: Net, path: Path) -> None:
    """Writes ``net`` with its weights to ``path``, for any number of images at a time.

    Inputs and outputs have the names of its blobs; height and width are those of ``net.inputs``. Raises NetError if a
    layer cannot be expressed exactly in ONNX, WeightsError if weights are missing.
    """
    _check_weights(net)
    outputs = _outputs(net)
    lowered = lower(net, FOR_ONNX)
    graph = Graph(names={*lowered.inputs, *(top for layer in lowered.layers for top in layer.tops)})
    extents = dict(input_extents(lowered))
    for layer, found in zip(lowered.layers, layer_extents(lowered), strict=True):
        EXPORTS[layer.type](Site(layer, found.bottoms, found.tops, graph))
        extents.update(zip(layer.tops, found.tops, strict=True))
    write_model(_model(net, graph, {name: extents[name] for name in outputs}), graph.tensors, path)


def _check_weights(net: Net) -> None:
    for layer, shapes in zip(net.layers, infer_shapes(net), strict=True):
        needed = blob_shapes(layer, shapes.bottoms)
        given = tuple(blob.shape for blob in layer.blobs)
        if given != needed:
            words = " and ".join(map(shape_text, given)) or "none"
            raise WeightsError(
                f"{layer}: needs weights of {' and '.join(map(shape_text, needed)) or 'no shape'}, but has {words}; "
                "give the caffemodel of this net"
            )


def _outputs(net: Net) -> list[str]:
    """The blobs that no layer reads, in the order of writing."""
    unread: dict[str, None] = {}
    for layer in net.layers:
        for bottom in layer.bottoms:
            unread.pop(bottom, None)
        unread.update(dict.fromkeys(layer.tops))
    if not unread:
        raise NetError(f"network '{net.name}' has no output; every blob is read by a layer")
    for name in unread:
        if name in net.inputs:
            raise NetError(f"network '{net.name}' writes its output '{name}' over its input; give it a name of its own")
    return list(unread)


def _model(net: Net, graph: Graph, outputs: Mapping[str, Extent]) -> ModelProto:
    inputs = [_value_info(name, extent) for name, extent in input_extents(net).items()]
    results = [_value_info(name, extent) for name, extent in outputs.items()]
    return helper.make_model(
        helper.make_graph(graph.nodes, net.name or "network", inputs, results),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="clsbench",
        producer_version=str(EXPORTER_VERSION),
    )


def _value_info(name: str, extent: Extent) -> ValueInfoProto:
    sizes: list[int | str | None] = list(extent.shape)
    if extent.batch_axis is not None:
        # an axis with several numbers per image has no name of its own
        sizes[extent.batch_axis] = "batch" if extent.shape[extent.batch_axis] == 1 else None
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)
