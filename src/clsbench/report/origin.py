"""Says which runs a report was made from, and where its links lead."""

from collections.abc import Sequence

from clsbench.report.document import Entry
from clsbench.report.run import Run
from clsbench.report.runs import Store
from clsbench.tracking.saved_views import DEFAULT_UI


def origin(store: Store, runs: Sequence[Run], chosen: str, view: str) -> tuple[Entry, ...]:
    """``chosen``: which runs, in words; ``view``: the address of MLflow's view of them."""
    newest = f", the newest of {runs[0].started} UTC" if runs else ""
    number = f"{len(runs):,} run{'' if len(runs) == 1 else 's'}"
    lines = [
        Entry(f"Made from {number} of experiment {store.experiment} in {store.shown_uri}: {chosen}{newest}."),
        Entry("The runs in MLflow's UI", view),
    ]
    if not store.uri.startswith(("http://", "https://")):
        start = f"mlflow ui --backend-store-uri {store.shown_uri}"
        lines.append(Entry(f"Links lead to {DEFAULT_UI}; to start MLflow's UI there: {start}"))
    return tuple(lines)
