"""The findings as a small table on the terminal, then the verdict; the overrides are on the last line."""

from collections.abc import Sequence

from rich.table import Table

from clsbench.console.terminal import console
from clsbench.doctor.verdict import Finding, percent


def show_findings(title: str, found: Sequence[Finding]) -> None:
    """Prints a row for each factor."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("factor", "best other value"):
        table.add_column(heading, overflow="fold")
    for heading in ("right\n%", "gained", "lost", "p", "p of\nrank"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("verdict")
    for each in found:
        paired = each.candidate.paired
        name = ", ".join(one.name for one in each.candidate.hypotheses)
        evidence = (percent(each.candidate.state), str(paired.gained), str(paired.lost))
        tests = (f"{paired.p_corrected:.2g}", f"{min(1.0, paired.p_rank * paired.tries):.2g}")
        table.add_row(each.factor, name, *evidence, *tests, each.verdict)
    console.print(table)


def show_verdict(verdict: str, overrides: Sequence[str]) -> None:
    """Prints the verdict, and the overrides to copy on a separate line."""
    console.print(verdict, markup=False)
    console.print(" ".join(("overrides:", *overrides)), markup=False)
