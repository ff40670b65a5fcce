"""One node of an ONNX graph as an operator sees it: settings known before anything runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clsbench.errors import EngineError

Forward: TypeAlias = Callable[..., Any]  # takes tensors; returns a tensor, or a sequence of them for several outputs


@dataclass(frozen=True)
class Node:
    """``constants`` are the small values known before anything runs, by name."""

    name: str
    operator: str
    inputs: tuple[str, ...]  # an omitted optional input has the name ""
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    constants: Mapping[str, NDArray[Any]]
    asked: set[str] = field(default_factory=set)

    def attribute(self, name: str, default: Any) -> Any:
        """The attribute's value: int, float, str or list; ``default`` if the node does not have it."""
        self.asked.add(name)
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def has_input(self, position: int) -> bool:
        """Whether the optional input is there."""
        return position < len(self.inputs) and self.inputs[position] != ""

    def wholes(self, position: int) -> list[int]:
        """The whole numbers of an input such as a shape; raises EngineError if they are only known at run time."""
        return [int(value) for value in self._constant(position)]

    def numbers(self, position: int) -> list[float]:
        """The numbers of an input such as scales; raises EngineError if they are only known at run time."""
        return [float(value) for value in self._constant(position)]

    def number_or(self, position: int, default: float) -> float:
        """The single number of an input; ``default`` if the node does not have it."""
        return float(self._constant(position)[0]) if self.has_input(position) else default

    def wholes_or(self, attribute: str, position: int) -> list[int] | None:
        """A value that opset 13 or 18 turned from an attribute into an input; None if the node has neither."""
        given: Sequence[int] | None = self.attribute(attribute, None)
        if given is not None:
            return list(given)
        return self.wholes(position) if self.has_input(position) else None

    def require(self, name: str, value: Any) -> None:
        """Raises EngineError if the attribute is present with another value."""
        given = self.attribute(name, value)
        if given != value:
            raise self.refusal(f"{name}={given} is not among what is implemented; {name}={value} is")

    def check(self) -> None:
        """Raises EngineError if the node has an attribute that its operator did not read."""
        ignored = sorted(set(self.attributes) - self.asked)
        if ignored:
            raise self.refusal(f"its {' and '.join(ignored)} is not implemented")

    def refusal(self, reason: str) -> EngineError:
        """An error that names the node."""
        return EngineError(
            f"engine=torch: node '{self.name}' with operator {self.operator}: {reason}; use engine=onnxruntime"
        )

    def _constant(self, position: int) -> NDArray[Any]:
        name = self.inputs[position]
        if name not in self.constants:
            raise self.refusal(f"its input '{name}' is computed; it must be a constant")
        return np.ravel(self.constants[name])


Operator: TypeAlias = Callable[[Node], Forward]  # reads the settings once, and returns what runs every time


def plain(forward: Forward) -> Operator:
    """An operator without settings."""
    return lambda _: forward
