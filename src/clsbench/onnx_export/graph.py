"""An ONNX graph under construction: nodes, and tensors that are still stored where the net keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper

from clsbench.lowering.names import unused

Attributes: TypeAlias = Mapping[str, int | float | str | Sequence[int]]
Tensor: TypeAlias = NDArray[np.float32] | NDArray[np.int64]


@dataclass
class Graph:
    """``names``: every value's name, including those of the net's blobs from the start."""

    names: set[str]
    nodes: list[NodeProto] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    _node_names: set[str] = field(default_factory=set)

    def add_node(
        self, name: str, operator: str, inputs: Iterable[str], outputs: Iterable[str], attributes: Attributes
    ) -> None:
        """Appends a node; ``name`` is numbered if it is taken."""
        node: NodeProto = helper.make_node(operator, list(inputs), list(outputs), name=unused(name, self._node_names))
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.nodes.append(node)

    def add_tensor(self, name: str, values: NDArray[Any]) -> str:
        """The name by which nodes read ``values``; whole numbers are stored as int64, all others as float32."""
        name = unused(name, self.names)
        is_whole = np.issubdtype(values.dtype, np.integer)
        self.tensors[name] = values.astype(np.int64, copy=False) if is_whole else values.astype(np.float32, copy=False)
        return name
