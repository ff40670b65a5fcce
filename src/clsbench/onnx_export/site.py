"""The place of one layer in the graph: what the exporter of a layer type works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clsbench.caffe.net import Layer
from clsbench.lowering.names import unused
from clsbench.onnx_export.extents import Extent
from clsbench.onnx_export.graph import Attributes, Graph

Step: TypeAlias = tuple[str, Sequence[str]]  # an operator, and what it reads besides the running value


@dataclass(frozen=True)
class Site:
    """A layer, the extents of its blobs, and the graph to which it is added."""

    layer: Layer
    bottoms: tuple[Extent, ...]
    tops: tuple[Extent, ...]
    graph: Graph

    def tensor(self, name: str, values: NDArray[Any]) -> str:
        """A weight or constant called ``<layer>/<name>``."""
        return self.graph.add_tensor(f"{self.layer.name}/{name}", values)

    def number(self, name: str, value: float) -> str:
        """A float32 constant."""
        return self.tensor(name, np.asarray(value, np.float32))

    def wholes(self, name: str, values: ArrayLike) -> str:
        """Whole numbers, for shapes, axes and sizes."""
        return self.tensor(name, np.asarray(values, np.int64))

    def weights(self) -> list[str]:
        """The layer's blobs, as ``<layer>/weight`` and, if there is one, ``<layer>/bias``."""
        return [self.tensor(name, blob) for name, blob in zip(("weight", "bias"), self.layer.blobs, strict=False)]

    def step(self, operator: str, inputs: Sequence[str], attributes: Attributes | None = None) -> str:
        """The name of the value of an intermediate node."""
        output = self.value(operator)
        self.graph.add_node(f"{self.layer.name}/{operator}", operator, inputs, [output], attributes or {})
        return output

    def value(self, name: str) -> str:
        """A name for an intermediate value, ``<layer>/<name>``, numbered if it is taken."""
        return unused(f"{self.layer.name}/{name}", self.graph.names)

    def finish(self, operator: str, inputs: Sequence[str], attributes: Attributes | None = None) -> None:
        """The node that writes the tops; it has the layer's name."""
        self.graph.add_node(self.layer.name, operator, inputs, self.layer.tops, attributes or {})

    def chain(self, value: str, steps: Sequence[Step]) -> None:
        """Applies ``steps`` to ``value`` in turn; the last one writes the top."""
        for operator, others in steps[:-1]:
            value = self.step(operator, [value, *others])
        operator, others = steps[-1] if steps else ("Identity", ())
        self.finish(operator, [value, *others])

    def reshaped(self, value: str, target: Sequence[int]) -> str:
        """``value`` in another shape; -1 stands for the axis that grows with the batch."""
        return self.step("Reshape", [value, self.wholes("shape", target)])


LayerExport: TypeAlias = Callable[[Site], None]
