"""Height and width in pixels, given as one number for a square image."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from clsbench.errors import ConfigError

# The side of a square, or (height, width).
Sides = int | Sequence[int]


class Size(NamedTuple):
    """Pixels."""

    height: int
    width: int

    @property
    def label(self) -> int | str:
        """For params, metrics and names: 224, or 26x22 if it is not square, height first."""
        return self.height if self.height == self.width else f"{self.height}x{self.width}"

    def __str__(self) -> str:
        """Same as ``label``."""
        return str(self.label)


def size_of(sides: Sides) -> Size:
    """``sides`` as height and width."""
    return Size(sides, sides) if isinstance(sides, int) else Size(*sides)


def configured_size(value: object, key: str) -> Size:
    """A setting that is a whole number or [height, width]; raises ConfigError if it is neither."""
    sides: list[Any] = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value, value]
    if len(sides) != 2 or not all(isinstance(side, int) and not isinstance(side, bool) and side >= 1 for side in sides):
        shown = value if not isinstance(value, Sequence) or isinstance(value, str) else list(value)
        raise ConfigError(f"{key}={shown}: give a whole number of at least 1, or [height,width]")
    return Size(int(sides[0]), int(sides[1]))
