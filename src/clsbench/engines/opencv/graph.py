"""Rewrites an ONNX file so that OpenCV reads it as the standard means it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from onnx import NodeProto, TensorProto, helper

from clsbench.engines.onnx_file import loaded_onnx


def for_opencv(path: Path) -> bytes | None:
    """The file's bytes with some nodes rewritten, or None if OpenCV may read it as it is. Raises EngineError."""
    model = loaded_onnx("opencv", path)
    nodes = [other for node in model.graph.node for other in _REWRITES.get(node.op_type, _same)(node)]
    if len(nodes) == len(model.graph.node):
        return None
    del model.graph.node[:]
    for node in nodes:
        model.graph.node.extend([node])
    serialized: bytes = model.SerializeToString()
    return serialized


def _same(node: NodeProto) -> list[NodeProto]:
    return [node]


def _average_pool(node: NodeProto) -> list[NodeProto]:
    """Moves padding that counts into a Pad before it: OpenCV counts it only if the file says that PyTorch wrote it."""
    attributes = _attributes(node)
    pads = attributes.get("pads", [])
    if not any(pads) or not attributes.get("count_include_pad", 0):
        return [node]
    padded, amounts = f"{node.output[0]}:padded", f"{node.output[0]}:pads"
    half = len(pads) // 2
    values = [0, 0, *pads[:half], 0, 0, *pads[half:]]
    kept = {name: value for name, value in attributes.items() if name not in ("pads", "count_include_pad")}
    return [
        helper.make_node(
            "Constant", [], [amounts], value=helper.make_tensor(amounts, TensorProto.INT64, [len(values)], values)
        ),
        helper.make_node("Pad", [node.input[0], amounts], [padded], name=padded),
        helper.make_node("AveragePool", [padded], node.output, name=node.name, **kept),
    ]


def _reduce(node: NodeProto) -> list[NodeProto]:
    """Splits means and squares over channels and places, which come out wrong: first the places, then the channels."""
    attributes = _attributes(node)
    if attributes.get("axes") != [1, 2, 3] or not attributes.get("keepdims", 1):
        return [node]
    places = f"{node.output[0]}:places"
    first = helper.make_node(node.op_type, node.input, [places], name=places, axes=[2, 3], keepdims=1)
    if node.op_type == "ReduceMean":
        return [first, helper.make_node("ReduceMean", [places], node.output, name=node.name, axes=[1], keepdims=1)]
    axes = f"{node.output[0]}:axes"
    channels = helper.make_tensor(axes, TensorProto.INT64, [1], [1])
    return [
        first,
        helper.make_node("Constant", [], [axes], value=channels),
        helper.make_node("ReduceSum", [places, axes], node.output, name=node.name, keepdims=1),
    ]


def _attributes(node: NodeProto) -> dict[str, Any]:
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


_REWRITES: Mapping[str, Callable[[NodeProto], list[NodeProto]]] = {
    "AveragePool": _average_pool,
    "ReduceMean": _reduce,
    "ReduceSumSquare": _reduce,
}
