"""``on_error=stop``: a file in the sweep's folder tells jobs that have not started that one has failed."""

from pathlib import Path

_FILE = "stopped"


def stop_sweep(folder: Path) -> None:
    """Lets no further job of this sweep start."""
    (folder / _FILE).touch()


def is_stopped(folder: Path) -> bool:
    """Whether a job has failed in a sweep that should then stop."""
    return (folder / _FILE).exists()
