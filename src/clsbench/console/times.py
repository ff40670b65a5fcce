"""The times of a run as a small table, beside the published ones and the hardware of both."""

from collections.abc import Mapping

from rich.table import Table

from clsbench.console.terminal import console

_STATISTICS = ("mean", "std", "p50", "p90", "p99")
_FIGURES = (
    *("iterations", "images_per_second", "load_seconds", "first_batch_ms", "layers_forward_ms", "layers_backward_ms"),
    *("peak_rss_mib", "foreign_cores"),
)


def show_times(title: str, metrics: Mapping[str, float], hardware: str, published_hardware: str) -> None:
    """Prints milliseconds of forward and backward; the published columns only if something was published."""
    published = any(key.startswith("published_") for key in metrics)
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("ms", *_STATISTICS, *(("published", "ratio") if published else ())):
        table.add_column(heading, justify="left" if heading == "ms" else "right")
    for kind in ("forward", "backward"):
        if f"{kind}_ms_mean" in metrics:
            keys = [f"{kind}_ms_{name}" for name in _STATISTICS]
            keys += [f"published_{kind}_ms", f"{kind}_ratio"] if published else []
            table.add_row(kind, *(f"{metrics[key]:.4g}" if key in metrics else "" for key in keys))
    console.print(table)
    reference = f"; published: on {published_hardware}; ratio: mean / published" if published else ""
    console.print(f"measured on {hardware}{reference}", markup=False)
    figures = (f"{key.replace('_', ' ')} {metrics[key]:.5g}" for key in _FIGURES if key in metrics)
    console.print("  ".join(figures), markup=False)


def show_stage(name: str, stage: str) -> None:
    """Prints what a run is doing now."""
    console.print(f"{name}: {stage}", markup=False)
