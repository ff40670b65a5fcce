"""All cells of a sweep at its end: how each ended, and the first line of what went wrong."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from clsbench.console.terminal import console
from clsbench.sweep.outcome import JobOutcome

_STYLES = {"FINISHED": "green", "SKIPPED": "cyan"}


def show_sweep(jobs: Sequence[JobOutcome], run_id: str) -> None:
    """Prints one row a cell, then the counts."""
    table = Table(title="sweep", title_justify="left", title_style="bold")
    for heading in ("#", "cell", "of the sweep", "status", "error"):
        table.add_column(heading, overflow="fold")
    common = set.intersection(*(set(job.overrides) for job in jobs)) if len(jobs) > 1 else set()
    for job in jobs:
        outcome = job.outcome
        own = " ".join(each for each in job.overrides if each not in common)
        status = Text(outcome.status, style=_STYLES.get(outcome.status, "red"))
        table.add_row(str(job.number), Text(outcome.name), Text(own), status, Text(outcome.error))
    console.print(table)
    counted = Counter(job.outcome.status.lower() for job in jobs)
    summary = ", ".join(f"{number} {status}" for status, number in sorted(counted.items()))
    console.print(
        f"{len(jobs)} cell{'' if len(jobs) == 1 else 's'}: {summary or 'none started'}"
        + (f"; sweep run {run_id}" if run_id else "")
    )
