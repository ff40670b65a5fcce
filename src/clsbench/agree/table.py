"""The agreement, and the layers' sensitivity, as small tables on the terminal."""

from collections.abc import Sequence

from rich.table import Table

from clsbench.agree.files import Row
from clsbench.agree.layer_noise import LayerNoise
from clsbench.agree.sensitivity import FP32, INT8, Sensitivity
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
        version = row.version.partition("-")[0]  # OpenVINO appends a commit and a branch
        table.add_row(f"{name} {version}", str(found.images), str(len(found.flips)), *differences, verdict)
    console.print(table)


def show_sensitivity(title: str, noise: Sequence[LayerNoise], found: Sensitivity) -> None:
    """Prints a row for each layer restored to fp32, after those for no layer and for all layers."""
    by_layer = {each.node: each for each in noise if each.has_weights}
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("in fp32", overflow="fold")
    for heading in ("signal to\nnoise, dB", "noise\nadded %", "top-1\nerror %", "now\nright", "now\nwrong", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    for variant in (INT8, FP32, *(each for each in found.hits if each not in (INT8, FP32))):
        layer, pair = by_layer.get(variant), found.against_int8(variant)
        told = (f"{layer.decibels:.1f}", f"{100 * layer.added:.3g}") if layer else ("", "")
        tests = ("", "", "") if variant == INT8 else (str(pair.gained), str(pair.lost), f"{pair.p:.2g}")
        name = {INT8: "nothing", FP32: "everything"}.get(variant, variant)
        table.add_row(name, *told, f"{found.error(variant):.3f}", *tests)
    console.print(table)


def _verdict(row: Row) -> str:
    if not row.comparison.agrees(row.tolerance):
        return "NO"
    return "saturated" if row.comparison.saturated(row.tolerance) else "yes"
