"""A document as Markdown with GitHub's tables."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from clsbench.report.document import Document, Entry, Grid

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def markdown(document: Document) -> str:
    """Tables and notes; plots are linked as files beside it."""
    said = (*map(escaped, document.summary), *map(_linked, document.origin))
    parts = [f"# {escaped(document.title)}", *said, *map(_grid, document.grids)]
    if document.notes:
        parts.append("\n".join(["## Notes", "", *(f"- {_linked(note)}" for note in document.notes)]))
    parts += [f"![{escaped(plot.title)}]({plot.name}.svg)" for plot in document.plots]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """``text`` as Markdown shows it letter by letter, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).translate(_ENTITIES)


def _grid(grid: Grid) -> str:
    rules = ("---" if place == 0 else "---:" for place in range(len(grid.headings)))
    lines = [_line(map(escaped, grid.headings)), _line(rules), *(_line(map(_entry, row)) for row in grid.rows)]
    return f"## {escaped(grid.title)}\n\n" + "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _entry(entry: Entry) -> str:
    text = _linked(entry)
    shown = f"*{text}*" if entry.words and text else text
    return f"{shown}<sup>{escaped(entry.marks)}</sup>" if entry.marks else shown


def _linked(entry: Entry) -> str:
    text = escaped(entry.text)
    return f"[{text}]({quote(entry.link, safe=':/#?=&%@')})" if entry.link else text
