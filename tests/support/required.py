"""What `.ci/run` sets up: where it is absent a test is skipped, and fails where CLSBENCH_REQUIRE_ALL is set."""

import os
from typing import NoReturn

import pytest


def absent(reason: str) -> NoReturn:
    """Ends the test; ``reason`` says what lacks and how to get it."""
    if os.environ.get("CLSBENCH_REQUIRE_ALL"):
        pytest.fail(f"CLSBENCH_REQUIRE_ALL is set, but {reason}")
    pytest.skip(reason)
