"""The comparison on the terminal: the answer in its first line."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table as RichTable
from rich.text import Text

from clsbench.compare.comparison import Comparison
from clsbench.compare.contenders import Contender
from clsbench.compare.tables import Table
from clsbench.console.terminal import console

_WHOLE = ("95 % interval", "95 % interval, unpaired")  # never broken into lines


def show_comparison(comparison: Comparison, contenders: Sequence[Contender], files: Sequence[Path]) -> None:
    """Prints answers, runs, notes, tables, and the location of the files."""
    for answer in comparison.answers:
        console.print(answer, markup=False, style="bold")
    for each in contenders:
        console.print(f"  {each.title}", markup=False)
    for note in comparison.notes:
        console.print(f"note: {note}", markup=False, style="yellow")
    for table in comparison.tables:
        _show(table)
    console.print(f"{files[0].parent}: {', '.join(path.name for path in files)}", markup=False)


def _show(table: Table) -> None:
    shown = RichTable(title=table.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, heading in enumerate(table.headings):
        shown.add_column(
            Text(heading), justify="right" if place else "left", overflow="fold", no_wrap=heading in _WHOLE
        )
    for row in table.rows:
        # Text, not markup, because a name may contain brackets.
        shown.add_row(*(Text(cell) for cell in row))
    console.print(shown)
