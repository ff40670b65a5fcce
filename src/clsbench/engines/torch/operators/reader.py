"""Turns an ONNX file into a PyTorch module: the nodes that its output needs, and their weights."""

from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path

import torch
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor

from clsbench.engines.onnx_file import loaded_onnx
from clsbench.engines.torch.operators.graph import Graph, Step
from clsbench.engines.torch.operators.node import Forward, Node
from clsbench.engines.torch.operators.table import OPERATORS, SEVERAL_OUTPUTS, WEIGHT_INPUTS
from clsbench.errors import EngineError

_OLDEST_OPSET = 13  # before it, Softmax, Squeeze and others had another meaning
_SMALL = 64  # numbers: a shape, axes, a single value; anything larger is not a setting of an operator


def read_graph(path: Path, output: str) -> Graph:
    """The module that computes the value ``output``; raises EngineError with the node's name if it cannot be run."""
    graph = _graph(path)
    constants = _constants(graph)
    inputs = [value.name for value in graph.input if value.name not in constants]
    nodes = _needed(graph, output)
    if not nodes or len(inputs) != 1:
        raise EngineError(
            f"engine=torch: {path} has {len(inputs)} inputs and {len(nodes)} nodes on the way to '{output}'; "
            "one input and the name of the scores are needed"
        )
    read = dict.fromkeys(name for node in nodes for name in node.input if name in constants)
    keys = {name: f"{place}:{name.replace('.', '_')}" for place, name in enumerate(read)}  # torch forbids dots
    steps = _steps(nodes, _built(nodes, constants), keys, output)
    weights = _weights(nodes, constants)
    tensors = {key: _tensor(constants[name], is_weight=name in weights) for name, key in keys.items()}
    return Graph(steps, tensors, inputs[0], output)


def _graph(path: Path) -> GraphProto:
    model = loaded_onnx("torch", path)
    for opset in model.opset_import:
        if opset.domain in ("", "ai.onnx") and opset.version < _OLDEST_OPSET:
            raise EngineError(
                f"engine=torch: {path} is of opset {opset.version}; {_OLDEST_OPSET} or newer is needed: "
                "onnx.version_converter makes one, or use engine=onnxruntime"
            )
    return model.graph


def _constants(graph: GraphProto) -> dict[str, TensorProto]:
    """The initialisers and the contents of Constant nodes, by name."""
    held = {node.output[0]: helper.get_node_attr_value(node, "value") for node in graph.node if _is_constant(node)}
    return {**{tensor.name: tensor for tensor in graph.initializer}, **held}


def _is_constant(node: NodeProto) -> bool:
    return node.op_type == "Constant" and [attribute.name for attribute in node.attribute] == ["value"]


def _needed(graph: GraphProto, output: str) -> list[NodeProto]:
    """The nodes that the output depends on, in order."""
    wanted, nodes = {output}, []
    for node in reversed(graph.node):
        if wanted.intersection(node.output) and not _is_constant(node):
            nodes.append(node)
            wanted.update(node.input)
    return nodes[::-1]


def _built(nodes: Sequence[NodeProto], constants: Mapping[str, TensorProto]) -> list[Forward]:
    small = {name: numpy_helper.to_array(tensor) for name, tensor in constants.items() if prod(tensor.dims) <= _SMALL}
    forwards = []
    for proto in nodes:
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in proto.attribute}
        name = proto.name or proto.output[0]
        node = Node(name, proto.op_type, tuple(proto.input), tuple(proto.output), attributes, small)
        if proto.op_type not in OPERATORS or proto.domain not in ("", "ai.onnx"):
            raise node.refusal("this operator is not implemented")
        if not all(node.outputs) or (len(node.outputs) > 1 and proto.op_type not in SEVERAL_OUTPUTS):
            raise node.refusal(f"its {len(node.outputs)} outputs are not implemented")
        forwards.append(OPERATORS[proto.op_type](node))
        node.check()
    return forwards


def _steps(nodes: Sequence[NodeProto], forwards: Sequence[Forward], keys: Mapping[str, str], output: str) -> list[Step]:
    """The nodes with what they run; each frees the values that it is the last to read, and those that nothing reads."""
    kept, steps = {output, *keys.values()}, []
    for node, forward in zip(reversed(nodes), reversed(forwards), strict=True):
        inputs, outputs = tuple(keys.get(name, name) for name in node.input), tuple(node.output)
        finished = dict.fromkeys(name for name in (*inputs, *outputs) if name and name not in kept)
        steps.append(Step(node.name, node.op_type, forward, inputs, outputs, tuple(finished)))
        kept.update(finished)
    return steps[::-1]


def _weights(nodes: Sequence[NodeProto], constants: Mapping[str, TensorProto]) -> set[str]:
    """The weights that training would change."""
    return {
        node.input[place]
        for node in nodes
        for place in WEIGHT_INPUTS.get(node.op_type, ())
        if place < len(node.input)
        and node.input[place] in constants
        # a single factor or summand is a setting of the network, such as a coefficient
        and (node.op_type not in ("Add", "Mul") or prod(constants[node.input[place]].dims) > 1)
    }


def _tensor(proto: TensorProto, *, is_weight: bool) -> Tensor:
    tensor = torch.tensor(numpy_helper.to_array(proto))
    return torch.nn.Parameter(tensor) if is_weight else tensor
