"""Checks an engine's settings when the engine is made, before anything is opened."""

import os
from collections.abc import Mapping, Sequence

from clsbench.errors import ConfigError, EngineError

NO_TF32 = "NVIDIA_TF32_OVERRIDE"  # read by NVIDIA's libraries: with "0", TF32 is off whatever a program sets
_FORMATS = ("fp32", "tf32", "bf16", "fp16", "int8")


def check_precision(engine: str, precision: str, supported: Sequence[str]) -> None:
    """Raises EngineError if the engine does not compute in ``precision``."""
    if precision in supported:
        return
    if precision not in _FORMATS:
        raise ConfigError(f"precision={precision}: give one of {', '.join(_FORMATS)}")
    raise EngineError(f"engine={engine} precision={precision}: it computes in {', '.join(supported)} only")


def check_counts(counts: Mapping[str, int | None]) -> None:
    """Raises ConfigError if one of the named counts is neither null nor at least 1."""
    for name, count in counts.items():
        if count is not None and count < 1:
            raise ConfigError(f"{name}={count}: give a number of at least 1, or null for the engine's own choice")


def check_tf32_is_possible() -> None:
    """Raises EngineError if the environment turns TF32 off."""
    if os.environ.get(NO_TF32) == "0":
        raise EngineError(f"precision=tf32: {NO_TF32}=0 in the environment turns it off; unset it")
