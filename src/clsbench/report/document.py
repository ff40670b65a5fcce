"""A report as every format renders it: the same words and figures in all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One place in a grid; ``marks`` are small letters that a note explains; ``words``: the text is no figure."""

    text: str = ""
    link: str = ""
    marks: str = ""
    words: bool = False


def in_plain_text(entry: Entry) -> str:
    """With its address written out."""
    return f"{entry.text}: {entry.link}" if entry.link else entry.text


@dataclass(frozen=True)
class Grid:
    """``headings`` one a column, a network's name in the first; ``rows`` as long as they."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class Plot:
    """``draw`` fills a matplotlib figure of ``inches``; ``name`` is the file's, without its suffix."""

    name: str
    title: str
    inches: tuple[float, float]
    draw: Callable[[Any], None]


@dataclass(frozen=True)
class Document:
    """``tidy``: one mapping a cell, column to text; ``open_cells``: how many are no result or outside the tolerance.

    ``summary`` says how the measurement stands, ``origin`` which runs of which store it was made from.
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
