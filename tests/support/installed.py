"""An optional package: where it is absent a test is skipped, and fails where CLSBENCH_REQUIRE_ALL is set."""

import importlib.util

from required import absent

EXTRAS = ("openvino", "torch")  # markers too: each is loaded in a test process of its own


def need(package: str) -> None:
    """Ends the test where ``package`` is not installed."""
    if importlib.util.find_spec(package):
        return
    absent(f"no {package} in this environment; make engines")
