"""Measured minus published top-1 and top-5 error, a row per network, over the band of the tolerance."""

from collections.abc import Sequence
from typing import Any

from clsbench.report.plots.style import looks, rule
from clsbench.report.table_data import Accuracy
from clsbench.report.tolerance import Figure


def draw_differences(figure: Any, found: Sequence[Accuracy], tolerance: float) -> None:
    """``found``: results with a published error, in table order."""
    names = list(dict.fromkeys(each.cell.model for each in found))
    columns = list(dict.fromkeys((each.cell.size, each.cell.crop) for each in found))
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, title, key in ((left, "top-1 error", "top1"), (right, "top-5 error", "top5")):
        axes.axvspan(-tolerance, tolerance, color="0.9", label=f"within {tolerance:g} points")
        axes.axvline(0, color="0.4", linewidth=0.8)
        for column, look in zip(columns, looks(), strict=False):
            points = [each for each in found if (each.cell.size, each.cell.crop) == column]
            shift = 0.18 * (columns.index(column) - (len(columns) - 1) / 2)
            axes.plot(
                [_difference(getattr(each, key)) for each in points],
                [names.index(each.cell.model) + shift for each in points],
                *(look.marker,),
                color=look.color,
                markersize=4,
                label=", ".join(column),
            )
        axes.set_xlabel(f"{title}, measured minus published, points")
        axes.locator_params(axis="x", nbins=6)
        rule(axes)
    left.set_yticks(range(len(names)), names)
    left.set_ylim(len(names) - 0.4, -0.6)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)


def _difference(figure: Figure) -> float:
    return float("nan") if figure.difference is None else figure.difference
