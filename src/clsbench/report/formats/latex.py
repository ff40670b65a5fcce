r"""A document as LaTeX to ``\input`` into a paper: longtables, with links if hyperref is loaded."""

import re
from collections.abc import Iterable

from clsbench.report.document import Document, Entry, Grid, in_plain_text

_HEADER = r"""% {title}
% Written by clsbench report. Needs \usepackage{{longtable}}; links need \usepackage[hidelinks]{{hyperref}}.
\providecommand{{\href}}[2]{{#2}}
"""
_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{letter: f"\\{letter}" for letter in "{}$&#%_"},
    **{"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\symbol{34}"},
    # Two of them would become a ligature.
    **{letter: f"{letter}{{}}" for letter in "`'-"},
    **{"±": r"$\pm$", "…": r"\ldots{}"},
}
# In \href's first argument; all other letters of an address are kept.
_IN_LINK = {"%": r"\%", "#": r"\#", "&": r"\&", "\\": "%5C", "{": "%7B", "}": "%7D", "~": r"\string~", "_": r"\_"}
# What every LaTeX engine prints: ASCII, and Europe's Latin letters.
_PRINTABLE = re.compile(r"[\x20-\x7e\u00c0-\u017f]")
_SIGNED = re.compile(r"[-+]\d+(\.\d+)?")
_WIDE = 8


def latex(document: Document) -> str:
    """Tables and notes; plots are separate files, and comments say where the runs are."""
    parts = [_HEADER.format(title=" ".join(document.title.split()))]
    parts += [f"% {' '.join(in_plain_text(line).split())}" for line in document.origin]
    parts += [f"{escaped(line)}\n" for line in document.summary]
    parts += map(_grid, document.grids)
    if document.notes:
        items = "\n".join(f"\\item {_linked(note)}" for note in document.notes)
        parts.append(f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}\n")
    return "\n".join(parts)


def escaped(text: str) -> str:
    """``text`` as LaTeX prints it letter by letter; ``?`` for unsupported letters."""
    return "".join(map(_letter, " ".join(text.split())))


def _letter(letter: str) -> str:
    return _SPECIAL.get(letter) or (letter if _PRINTABLE.match(letter) else "?")


def _grid(grid: Grid) -> str:
    columns = "l" + "r" * (len(grid.headings) - 1)
    head = _line(map(escaped, grid.headings))
    rows = "\n".join(_line(map(_entry, row)) for row in grid.rows)
    size = r"\scriptsize\setlength{\tabcolsep}{3pt}" if len(grid.headings) > _WIDE else r"\small"
    return (
        f"{{{size}\n\\begin{{longtable}}{{{columns}}}\n\\caption{{{escaped(grid.title)}}}\\\\\n"
        f"\\hline\n{head}\n\\hline\n\\endhead\n{rows}\n\\hline\n\\end{{longtable}}}}\n"
    )


def _line(cells: Iterable[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _entry(entry: Entry) -> str:
    text = _linked(entry)
    shown = f"\\textit{{{text}}}" if entry.words and text else text
    return f"{shown}\\textsuperscript{{{escaped(entry.marks)}}}" if entry.marks else shown


def _linked(entry: Entry) -> str:
    # A hyphen before a figure is a minus sign.
    text = f"${entry.text}$" if _SIGNED.fullmatch(entry.text) else escaped(entry.text)
    address = "".join(_IN_LINK.get(letter, letter) for letter in entry.link)
    return f"\\href{{{address}}}{{{text}}}" if entry.link else text
