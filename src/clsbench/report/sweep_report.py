"""A sweep's own report: the table of its cells and a suitable picture, stored with its parent run."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clsbench.console.terminal import console
from clsbench.report.layout import Request
from clsbench.report.origin import origin
from clsbench.report.run import Run
from clsbench.report.runs import Store
from clsbench.report.tables.pictures import with_fitting_picture
from clsbench.report.where import Where
from clsbench.report.write import write_document
from clsbench.sweeps.callback import EndedSweep
from clsbench.tracking.credentials import masked
from clsbench.tracking.report_artifacts import experiment_of, keep_files
from clsbench.tracking.saved_views import LATEST

log = logging.getLogger(__name__)

# Markdown and HTML, which MLflow's UI can show as artifacts.
_FORMATS = ("md", "csv", "html")
_TASKS = ("evaluate", "time", "agree")
_NAME = "sweep"


def keep_report(sweep: EndedSweep) -> None:
    """Best effort: any failure becomes one line on the terminal, because the sweep already has its results."""
    try:
        files = _written(sweep)
        if files:
            keep_files(sweep.uri, sweep.run_id, files, _NAME)
            console.print(f"table and plot of the sweep, also saved with its run: {files[0].parent}", markup=False)
    except Exception as error:  # of any kind: it must not cost the sweep
        log.debug("no report of the sweep", exc_info=True)
        first = masked(str(error).strip().partition("\n")[0])
        console.print(f"no report of the sweep ({type(error).__name__}: {first}); report table makes one", markup=False)


def _written(sweep: EndedSweep) -> list[Path]:
    """None if fewer than two cells have a figure, because there is nothing to compare."""
    store = Store(sweep.uri, experiment_of(sweep.uri, sweep.run_id))
    runs = _runs(store, sweep)
    document = with_fitting_picture(runs, Request())
    if len(document.tidy) < 2 or not document.plots:
        return []
    lines = origin(store, runs, f"those of sweep {sweep.sweep_id}", store.view(LATEST.key))
    document = replace(document, name=_NAME, title=f"Sweep: {document.title}", origin=lines)
    return write_document(document, _FORMATS, sweep.folder / "report")


def _runs(store: Store, sweep: EndedSweep) -> Sequence[Run]:
    """Newest first; a cell finished by an earlier sweep is represented by that sweep's run."""
    own = store.runs(_TASKS, Where().with_tag("sweep_id", sweep.sweep_id))
    of_cells = set(sweep.cell_runs)
    # A resumed sweep has runs of its earlier commands; it reports those of its current cells.
    kept = [run for run in own if run.run_id in of_cells or run.status == "FAILED"]
    earlier = [store.run(each) for each in sorted(of_cells - {run.run_id for run in own})]
    found = [*kept, *(run for run in earlier if run.tags.get("task") in _TASKS)]
    return sorted(found, key=lambda run: (-run.started_ms, run.run_id))
