"""A hypothesis: settings that may be the right ones, as overrides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hypothesis:
    """``overrides`` change one ``factor`` of the given settings; ``name`` says to what."""

    factor: str
    name: str
    overrides: tuple[str, ...]
