"""A hypothesis: settings that may be the right ones, as overrides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hypothesis:
    """``overrides`` change one ``factor`` of the given settings; ``name`` says to what.

    ``is_expected``: there is a reason for it beside the images, so that its evidence need not pay for the other tries.
    """

    factor: str
    name: str
    overrides: tuple[str, ...]
    is_expected: bool = False
