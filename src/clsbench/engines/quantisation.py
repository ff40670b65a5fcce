"""How a network is quantised to int8: the settings of an engine's quantiser, and the layers that stay in fp32."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto

from clsbench.errors import ConfigError

METHODS = ("minmax", "entropy", "percentile")
WITH_WEIGHTS = ("Conv", "ConvTranspose", "Gemm", "MatMul")


@dataclass(frozen=True)
class Quantisation:
    """``exclude`` lists Caffe layers, or a prefix before a slash that several names share."""

    method: str
    percentile: float  # of an activation's values that its range covers, with method=percentile
    exclude: tuple[str, ...]
    exclude_first: bool  # of the layers with weights
    exclude_last: bool

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(f"calibration.method={self.method}: choose one of {', '.join(METHODS)}")
        if not 50 < self.percentile <= 100:
            raise ConfigError(f"calibration.percentile={self.percentile}: give more than 50 and at most 100")

    @property
    def identity(self) -> dict[str, Any]:
        """The part that goes into a fingerprint."""
        settings = asdict(self)
        if self.method != "percentile":
            del settings["percentile"]
        return settings | {"exclude": sorted(self.exclude)}

    @property
    def said(self) -> str:
        """How ranges are found, in words."""
        return f"{self.method} {self.percentile:g}" if self.method == "percentile" else self.method

    @property
    def in_fp32(self) -> list[str]:
        """What stays in fp32, in words."""
        ends = [("first", self.exclude_first), ("last", self.exclude_last)]
        return [*(name for name, stays in ends if stays), *sorted(self.exclude)]


class CalibrationViews(Protocol):
    """The views that the ranges of activations are measured on."""

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Each view, as (1, channel, height, width)."""

    def __len__(self) -> int:
        """The number of views."""


def excluded_nodes(graph: GraphProto, quantisation: Quantisation) -> list[str]:
    """The names of the nodes that stay in fp32. Raises ConfigError if a name belongs to no layer."""
    names = [node.name for node in graph.node]
    found = [name for layer in quantisation.exclude for name in _of_layer(layer, names)]
    weighted = [node.name for node in graph.node if node.op_type in WITH_WEIGHTS]
    if quantisation.exclude_first:
        found += weighted[:1]
    if quantisation.exclude_last:
        found += weighted[-1:]
    return list(dict.fromkeys(found))


def with_names(model: ModelProto) -> ModelProto:
    """``model`` with a name for every node: nodes without one would be excluded together."""
    for index, node in enumerate(model.graph.node):
        node.name = node.name or f"{node.op_type}-{index}"
    return model


def input_of(model: ModelProto) -> str:
    """The name of the input that is not a weight: old files list weights as inputs, too."""
    weights = {tensor.name for tensor in model.graph.initializer}
    return next(str(value.name) for value in model.graph.input if value.name not in weights)


def _of_layer(layer: str, names: Sequence[str]) -> Iterable[str]:
    # If a layer takes several nodes, the exporter calls them LAYER, LAYER/Reshape and so on.
    found = [name for name in names if name == layer or name.startswith(f"{layer}/")]
    if not found:
        some = ", ".join(name for name in names if name)[:200].rsplit(", ", 1)[0]
        raise ConfigError(f"quantisation.exclude={layer}: the exported network has no such layer; it has {some} …")
    return found
