"""clsbench: how good and how fast is a Caffe image classifier? Tracked with MLflow.

``clsbench.run("model=resnet50", "crop=multi12")`` and ``clsbench.sweep(...)`` are the commands as functions.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clsbench.api.result import Result
    from clsbench.api.run import Sweep, run, sweep

__all__ = ["Result", "Sweep", "run", "sweep"]


def __getattr__(name: str) -> Any:
    """Imports the Python API only on first use, so that the commands start without it."""
    if name not in __all__:
        raise AttributeError(f"module 'clsbench' has no attribute {name!r}")
    from clsbench.api import result, run  # noqa: PLC0415

    return result.Result if name == "Result" else getattr(run, name)
