"""Logging: everything goes to the run's own file, warnings also to the terminal."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clsbench.console.terminal import errors
from clsbench.tracking.credentials import masked

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Warnings(logging.Handler):
    """Shows warnings on the terminal, on one line each."""

    def emit(self, record: logging.LogRecord) -> None:
        errors.print(f"{record.levelname.lower()}: {masked(record.getMessage())}", markup=False, style="yellow")


class Masked(logging.Formatter):
    """Lines and tracebacks without passwords."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return masked(super().format(record))


class _LogFile(logging.FileHandler):
    """If the disk is full, the log ends but not the run; the run's own files report it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Ignores what the disk refuses."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)

    def close(self) -> None:
        """Closes even if the last lines cannot be written."""
        with suppress(OSError):
            super().close()


@contextmanager
def logging_to(path: Path, logger: str = "") -> Iterator[None]:
    """Within the block everything from INFO goes to ``path``, warnings also to the terminal; an error is logged too.

    ``logger`` selects the records: all, or those below one name, which then reach no other handler.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _LogFile(path, encoding="utf-8")
    file.setFormatter(Masked(_FORMAT))
    screen = _Warnings(logging.WARNING)
    root = logging.getLogger(logger)
    level, propagate = root.level, root.propagate
    root.propagate = False
    root.setLevel(logging.INFO)
    root.addHandler(file)
    root.addHandler(screen)
    try:
        yield
    finally:
        root.removeHandler(file)
        root.removeHandler(screen)
        root.setLevel(level)
        root.propagate = propagate
        file.close()
