"""A hypothesis: overrides that may be the right settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hypothesis:
    """``overrides`` change one ``factor`` of the given settings; ``name`` says to what.

    ``is_expected``: there is a reason for it besides the images, so its evidence need not be corrected for the other
    tries.
    """

    factor: str
    name: str
    overrides: tuple[str, ...]
    is_expected: bool = False
