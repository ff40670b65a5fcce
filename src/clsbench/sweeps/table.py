"""All cells of a sweep at its end: how each ended, its figures, and the first line of any error."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from clsbench.console.terminal import console
from clsbench.sweeps.figures import columns
from clsbench.sweeps.outcome import JobOutcome

_STYLES = {"FINISHED": "green", "SKIPPED": "cyan"}


def show_sweep(jobs: Sequence[JobOutcome], run_id: str) -> None:
    """Prints one row per cell, named by what distinguishes it within the sweep, then the counts."""
    table = Table(title="sweep", title_justify="left", title_style="bold")
    figures = columns([job.outcome.figures for job in jobs])
    has_errors = any(job.outcome.error for job in jobs)
    for heading in ("#", "cell", "status"):
        table.add_column(heading, overflow="fold")
    for heading in figures.headings:
        table.add_column(heading, overflow="fold", justify="right")
    if has_errors:
        table.add_column("error", overflow="fold")
    common = set.intersection(*(set(job.overrides) for job in jobs)) if len(jobs) > 1 else set()
    for job, row in zip(jobs, figures.rows, strict=True):
        outcome = job.outcome
        own = " ".join(each for each in job.overrides if each not in common)
        errors = [Text(outcome.error)] if has_errors else []
        status = Text(outcome.status, style=_STYLES.get(outcome.status, "red"))
        table.add_row(str(job.number), Text(own or outcome.name), status, *row, *errors)
    console.print(table)
    if figures.note:
        console.print(figures.note, markup=False, highlight=False)
    counted = Counter(job.outcome.status.lower() for job in jobs)
    summary = ", ".join(f"{number} {status}" for status, number in sorted(counted.items()))
    console.print(
        f"{len(jobs)} cell{'' if len(jobs) == 1 else 's'}: {summary or 'none started'}"
        + (f"; sweep run {run_id}" if run_id else "")
    )
