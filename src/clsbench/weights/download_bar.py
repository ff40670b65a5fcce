"""Progress of a download: a bar on a terminal, otherwise a line at its start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from clsbench.console.terminal import console

_MIB = 2**20


class Show(Protocol):
    """Shows how much has arrived."""

    def __call__(self, have: int, total: int | None, /) -> None:
        """Bytes on disk, and in total if the server states it."""


@contextmanager
def progress_bar(name: str) -> Iterator[Show]:
    """A function to call after every piece."""
    if not console.is_terminal:
        yield _line(name)
        return
    with _bar() as progress:
        task = progress.add_task(name, total=None)

        def draw(have: int, total: int | None) -> None:
            progress.update(task, completed=have, total=total)

        yield draw


def _line(name: str) -> Show:
    is_shown = False

    def show(have: int, total: int | None) -> None:
        nonlocal is_shown
        if not is_shown:
            size = f", {total / _MIB:.1f} MiB" if total else ""
            gone_on = f", going on at {have / _MIB:.1f} MiB" if have else ""
            console.print(f"fetching {name}{size}{gone_on}", markup=False)
        is_shown = True

    return show


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
