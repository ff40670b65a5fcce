"""A Caffe network in memory: layers in order, each with its settings and weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Scalar: TypeAlias = bool | int | float | str
Value: TypeAlias = Scalar | tuple[Scalar, ...]
Shape: TypeAlias = tuple[int, ...]
Blob: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One layer: ``params`` holds the fields that are set, by caffe.proto's names; repeated fields are tuples."""

    name: str
    type: str
    bottoms: tuple[str, ...]
    tops: tuple[str, ...]
    params: Mapping[str, Value] = field(default_factory=dict)
    blobs: tuple[Blob, ...] = field(default=(), repr=False, compare=False)
    line: int = field(default=0, compare=False)  # in the prototxt; 0 for a generated layer

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line else ""
        return f"layer '{self.name}' of type {self.type}{place}"


@dataclass(frozen=True)
class Net:
    """Layers in execution order; ``inputs`` gives each input blob's (batch, channel, height, width)."""

    name: str
    inputs: Mapping[str, Shape]
    layers: tuple[Layer, ...]
