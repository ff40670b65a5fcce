"""The short command line of ``python -m clsbench.agree``: its own settings without the prefix ``task.``."""

from collections.abc import Sequence

SETTINGS = ("engines", "images", "tolerance", "onnx", "onnx_output", "seed", "layers")


def as_task(arguments: Sequence[str]) -> list[str]:
    """``arguments`` as ``python -m clsbench`` takes them; ``engines=a,b`` is a list, not a sweep."""
    # Last, because argparse takes no override before an option such as -m.
    return [*map(_rewritten, arguments), "task=agree"]


def _rewritten(argument: str) -> str:
    key, equals, value = argument.partition("=")
    if not equals or key not in SETTINGS:
        return argument
    if key == "engines" and not value.startswith("["):
        value = f"[{value}]"
    return f"task.{key}={value}"
