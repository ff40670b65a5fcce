"""A document's first grid on the terminal; the rest is written to files."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from clsbench.report.document import Document, Entry


def terminal_table(document: Document) -> Table:
    """The table, with words in italics and marks after their figure."""
    grid = document.grids[0]
    table = Table(title=Text(grid.title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(grid.headings):
        table.add_column(Text(heading), justify="right" if place else "left", no_wrap=True)
    for row in grid.rows:
        table.add_row(*map(_entry, row))
    return table


def _entry(entry: Entry) -> Text:
    text = Text(entry.text, style="italic" if entry.words else "")
    return text.append(f" {entry.marks}") if entry.marks else text
