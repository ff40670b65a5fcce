"""Progress of a run: a bar on a terminal, otherwise a plain line now and then."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from clsbench.console.terminal import console

_LINE_SECONDS = 10.0


@dataclass(frozen=True)
class Standing:
    """How far a run is; rates in percent, None if absent."""

    images: int
    top1_error: float | None
    top5_error: float | None
    images_per_second: float | None

    def __str__(self) -> str:
        # Short: with name, bar and remaining time it fits into 80 columns.
        if self.top1_error is None:
            errors = ""
        elif self.top5_error is None:
            errors = f"top-1 error {self.top1_error:.2f} %  "
        else:
            errors = f"top-1/5 error {self.top1_error:.2f}/{self.top5_error:.2f} %  "
        return errors + ("" if self.images_per_second is None else f"{self.images_per_second:.0f}/s")


class Show(Protocol):
    """Shows the state of the run."""

    def __call__(self, standing: Standing, /) -> None:
        """Called whenever some images are done."""


@contextmanager
def progress_bar(name: str, total: int, done: int = 0) -> Iterator[Show]:
    """A function to call as images are done, ``done`` of them before; it decides itself when to draw."""
    if console.is_terminal:
        with _bar() as progress:
            task = progress.add_task(name, total=total, completed=done, standing="")

            def draw(standing: Standing) -> None:
                progress.update(task, completed=standing.images, standing=str(standing))

            yield draw
    else:
        yield _lines(name, total)


def _lines(name: str, total: int) -> Show:
    last = time.monotonic()

    def write(standing: Standing) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _LINE_SECONDS:
            last = now
            console.print(f"{name}: {standing.images}/{total}{_eta(standing, total)}  {standing}", markup=False)

    return write


def _eta(standing: Standing, total: int) -> str:
    if not standing.images_per_second:
        return ""
    seconds = int((total - standing.images) / standing.images_per_second)
    return f"  {seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d} left"


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=10),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[standing]}", markup=False),
        console=console,
        refresh_per_second=5,
    )
