"""The command line of ``python -m clsbench.doctor``, and the command that an evaluation suggests."""

from collections.abc import Sequence
from shlex import quote

SETTINGS = ("onnx", "onnx_output", "images", "tolerance")


def as_task(arguments: Sequence[str]) -> list[str]:
    """``arguments`` in the form that ``python -m clsbench`` takes."""
    # Last, because argparse takes no override before an option such as -m.
    return [*(_rewritten(each) for each in arguments if not each.startswith("task=")), "task=doctor"]


def _rewritten(argument: str) -> str:
    key, equals, _ = argument.partition("=")
    return f"task.{argument}" if equals and key in SETTINGS else argument


def doctor_command(overrides: Sequence[str]) -> str:
    """The command that examines the run of these overrides."""
    kept = (quote(each) for each in overrides if not each.startswith(("task=", "limit=", "sample=", "resume=")))
    return " ".join(("clsbench doctor", *kept))
