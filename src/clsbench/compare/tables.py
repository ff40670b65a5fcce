"""A table of texts, shown on the terminal and written to ``compare.md``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ESCAPED = {"\\": "\\\\", "|": "\\|", "<": "&lt;", "`": "\\`", "*": "\\*", "_": "\\_", "[": "\\[", "\n": " ", "\r": " "}
_MARKDOWN = str.maketrans(_ESCAPED)


@dataclass(frozen=True)
class Table:
    """The first column is a name, the others are values of the same unit or kind."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """The table with its title as a heading; any name stays text."""
        right = [":---", *["---:"] * (len(self.headings) - 1)]
        lines = [_line(map(in_markdown, self.headings)), _line(right)]
        lines += [_line(map(in_markdown, row)) for row in self.rows]
        return f"## {in_markdown(self.title)}\n\n" + "".join(lines)


def differing(title: str, letters: Sequence[str], values: Sequence[Mapping[str, str]]) -> Table:
    """One row for each key whose value differs between runs; ``values`` has one mapping per run."""
    keys = sorted({key for each in values for key in each})
    rows = [(key, [each.get(key, "") for each in values]) for key in keys]
    return Table(title, ("", *letters), [(key, *row) for key, row in rows if len(set(row)) > 1])


def in_markdown(text: str) -> str:
    """``text`` on one line, with Markdown and HTML markup escaped."""
    return text.translate(_MARKDOWN)


def _line(cells: object) -> str:
    return f"| {' | '.join(cells)} |\n"  # type: ignore[arg-type]
