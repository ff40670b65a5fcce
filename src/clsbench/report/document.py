"""A report independent of format: every format renders the same words and figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One place in a grid; ``marks`` are small letters that a note explains; ``words``: the text is not a figure."""

    text: str = ""
    link: str = ""
    marks: str = ""
    words: bool = False


def in_plain_text(entry: Entry) -> str:
    """The text, with its address written out."""
    return f"{entry.text}: {entry.link}" if entry.link else entry.text


@dataclass(frozen=True)
class Grid:
    """``headings``, one per column, the first for a network's name; ``rows`` have the same length."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class Plot:
    """``draw`` fills a matplotlib figure of ``inches``; ``name`` is the file name without suffix."""

    name: str
    title: str
    inches: tuple[float, float]
    draw: Callable[[Any], None]


@dataclass(frozen=True)
class Document:
    """``tidy``: one mapping per cell, column to text; ``open_cells``: how many are no result or out of tolerance.

    ``summary`` describes the state of the measurement, ``origin`` the runs and the store it was made from.
    """

    name: str
    title: str
    summary: tuple[str, ...]
    grids: tuple[Grid, ...]
    notes: tuple[Entry, ...]
    tidy: Sequence[Mapping[str, str]]
    plots: tuple[Plot, ...]
    open_cells: int
    origin: tuple[Entry, ...] = ()
