"""What is logged: everything into the run's own file, warnings to the terminal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clsbench.console.terminal import errors
from clsbench.tracking.credentials import masked

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Warnings(logging.Handler):
    """Shows warnings on the terminal, in one line."""

    def emit(self, record: logging.LogRecord) -> None:
        errors.print(f"{record.levelname.lower()}: {masked(record.getMessage())}", markup=False, style="yellow")


class _Masked(logging.Formatter):
    """Lines and tracebacks without passwords."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Within the block everything from INFO goes to ``path``, warnings also to the terminal; an error is logged too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = logging.FileHandler(path, encoding="utf-8")
    file.setFormatter(_Masked(_FORMAT))
    screen = _Warnings(logging.WARNING)
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(file)
    root.addHandler(screen)
    try:
        yield
    finally:
        root.removeHandler(file)
        root.removeHandler(screen)
        root.setLevel(level)
        file.close()
