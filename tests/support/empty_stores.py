"""Where the tests' trackers keep the empty store that new ones are copied from: where the command keeps it."""

from pathlib import Path

EMPTY_STORES = str(Path.home() / ".cache" / "clsbench" / "networks" / "stores")
