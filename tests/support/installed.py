"""An optional package: where it is absent a test is skipped, and fails where CLSBENCH_REQUIRE_ALL is set."""

import importlib.util
import os

import pytest


def need(package: str) -> None:
    """Ends the test where ``package`` is not installed."""
    if importlib.util.find_spec(package):
        return
    reason = f"no {package} in this environment; pip install 'clsbench[{package}]'"
    if os.environ.get("CLSBENCH_REQUIRE_ALL"):
        pytest.fail(f"CLSBENCH_REQUIRE_ALL is set, but {reason}")
    pytest.skip(reason)
