"""The agreement as a small table on the terminal."""

from collections.abc import Sequence

from rich.table import Table

from clsbench.agree.files import Row
from clsbench.console.terminal import console


def show_agreement(title: str, rows: Sequence[Row]) -> None:
    """Prints a row for each engine, the reference in the title."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("engine", overflow="fold")
    for heading in ("images", "top-1\nflips", "max\n|Δprob|", "mean\n|Δprob|", "agrees"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        found = row.comparison
        name = found.label if found.label == row.description.engine else f"{row.file} on {row.description.engine}"
        differences = f"{found.max_abs_diff:.2e}", f"{found.mean_abs_diff:.2e}"
        verdict = _verdict(row)
        version = row.version.partition("-")[0]  # OpenVINO's goes on with a commit and a branch
        table.add_row(f"{name} {version}", str(found.images), str(len(found.flips)), *differences, verdict)
    console.print(table)


def _verdict(row: Row) -> str:
    if not row.comparison.agrees(row.tolerance):
        return "NO"
    return "saturated" if row.comparison.saturated(row.tolerance) else "yes"
