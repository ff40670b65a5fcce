"""``on_error=stop``: a file in the sweep's folder tells the jobs that have not started that one has failed."""

from pathlib import Path

_FILE = "stopped"


def stop_sweep(folder: Path) -> None:
    """No further job of this sweep starts."""
    (folder / _FILE).touch()


def is_stopped(folder: Path) -> bool:
    """Whether a job has failed where the sweep should stop then."""
    return (folder / _FILE).exists()
