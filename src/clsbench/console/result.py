"""The result of a run as a small table, and where to find it again."""

from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from rich.table import Table

from clsbench.console.terminal import console
from clsbench.evaluation.interval import rare
from clsbench.tracking.credentials import masked
from clsbench.tracking.tracker import RunLog

_ROWS = (("top-1 error %", "top1_error"), ("top-5 error %", "top5_error"))
_FIGURES = ("images", "images_bad", "views", "forwards", "images_per_second", "batch_ms_p50", "peak_rss_mib")


def show_result(title: str, metrics: Mapping[str, float]) -> None:
    """Prints measured, published and difference side by side, then the run's other figures.

    If few images are wrong or right, Wilson's 95 % interval replaces the standard error.
    """
    published = any(key.startswith("published_") for key in metrics)
    table = Table(title=title, title_justify="left", title_style="bold")
    headings = ("", "measured", "± standard error", *(("published", "difference") if published else ()))
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left")
    for label, key in _ROWS:
        if key in metrics:
            row = [metrics.get(key), metrics.get(key.replace("error", "stderr"))]
            row += [metrics.get(f"published_{key}"), metrics.get(f"delta_{key}")] if published else []
            texts = [_cell(value, signed=place == 3) for place, value in enumerate(row)]
            texts[1] = rare(metrics[key], metrics.get("images")) or texts[1]
            table.add_row(label, *texts)
    console.print(table)
    figures = (f"{key.replace('_', ' ')} {metrics[key]:.5g}" for key in _FIGURES if key in metrics)
    console.print("  ".join(figures), markup=False)


def show_resumed(name: str, at: str) -> None:
    """Prints where a stopped evaluation resumes."""
    console.print(f"{name}: resumes {at}; resume=false starts again", markup=False)


def show_file(path: Path) -> None:
    """Prints a file that was made, and its size."""
    console.print(f"{path}  {path.stat().st_size / 2**20:.2f} MiB", markup=False)


def show_line(text: str) -> None:
    """Prints what a task found or did."""
    console.print(text, markup=False, highlight=False)


def show_run(run: RunLog, uri: str | None, folder: Path) -> None:
    """Prints the run's id and folder, and the address of the view of MLflow's UI that shows it."""
    if uri is None:
        console.print(f"not tracked; files in {folder}", markup=False)
        return
    console.print(f"run {run.run_id}  files in {folder}", markup=False)
    show_link(run.link, uri)


def show_hint(hint: str) -> None:
    """Prints what to do next."""
    console.print(masked(hint), markup=False)


def show_link(link: str, uri: str) -> None:
    """Prints an address in MLflow's UI; for a store without a server, preceded by the command that starts one."""
    if not uri.startswith(("http://", "https://")):
        console.print(f"mlflow ui --backend-store-uri {masked(quote(uri))}", markup=False)
    console.print(masked(link), markup=False)


def _cell(value: float | None, *, signed: bool) -> str:
    if value is None:
        return ""
    return f"{value:+.3f}" if signed else f"{value:.3f}"
