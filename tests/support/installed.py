"""An optional package: where it is absent a test is skipped. `make engines` installs all of them."""

import importlib.util

import pytest


def need(package: str) -> None:
    """Ends the test where ``package`` is not installed."""
    if importlib.util.find_spec(package):
        return
    pytest.skip(f"no {package} in this environment; make engines")
