"""Accuracy against crop size: measured points filled, published ones open, a colour and a marker per network."""

from collections.abc import Mapping, Sequence
from typing import Any

from clsbench.report.cell_status import State
from clsbench.report.plots.style import Look, looks, rule
from clsbench.report.table_data import Accuracy
from clsbench.report.tolerance import Figure

# Above its point; the white behind the label separates it from the lines.
_LABEL_SHIFT = (0, 6)
_LABEL: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 7}
_MOST_LABELS = 100  # points per panel; more labels would overlap, and take seconds
_LABEL_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.75}


def draw_curves(figure: Any, curves: Mapping[str, Sequence[Accuracy]], caption: str) -> None:
    """``curves``: network -> points by crop size, with accuracies in percent."""
    panels = figure.subplots(1, 2)
    is_labelled = sum(map(len, curves.values())) <= _MOST_LABELS
    for axes, key in zip(panels, ("top1", "top5"), strict=True):
        for (name, points), look in zip(curves.items(), looks(), strict=False):
            figures = [(each.cell.crop_size, getattr(each, key).published) for each in points]
            published = [(crop, value) for crop, value in figures if value is not None]
            measured = [(each.cell.crop_size, _result(each, key)) for each in points]
            _line(axes, published, f"{name}, published", look, filled=False)
            _line(axes, measured, f"{name}, measured", look, filled=True)
            parts = [(each.cell.crop_size, _part(each, key)) for each in points]
            _line(axes, parts, f"{name}, on a part of the images", look, filled=False)
            measured = [
                (crop, value if value is not None else part)
                for (crop, value), (_, part) in zip(measured, parts, strict=True)
            ]
            measured_at_all = any(value is not None for _, value in measured)
            for crop, value in measured if measured_at_all else published:
                if value is not None and is_labelled:
                    axes.annotate(f"{value:.2f}", (crop, value), _LABEL_SHIFT, bbox=_LABEL_BOX, **_LABEL)
        axes.set_xlabel("crop size, pixels")
        axes.set_ylabel(f"{key.replace('top', 'top-')} accuracy, %")
        axes.margins(0.08)
        rule(axes)
        ticks = sorted({each.cell.crop_size for points in curves.values() for each in points})
        axes.set_xticks(ticks, map(str, ticks), rotation=90, fontsize=7)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(4, len(labels)), frameon=False)
    figure.supxlabel(caption, fontsize=8)


def _line(axes: Any, points: Sequence[tuple[int, float | None]], label: str, look: Look, *, filled: bool) -> None:
    # A NaN breaks the line, so that a missing point is not bridged.
    if any(value is not None for _, value in points):
        axes.plot(
            [crop for crop, _ in points],
            [float("nan") if value is None else value for _, value in points],
            color=look.color,
            marker=look.marker,
            linestyle=look.line if filled else ":",
            markerfacecolor=look.color if filled else "white",
            markersize=5,
            label=label,
        )


def _part(point: Accuracy, key: str) -> float | None:
    figure: Figure = getattr(point, key)
    is_own = point.status.state is State.PARTIAL and not point.cell.judged and not point.cell.published
    return figure.value if is_own else None


def _result(point: Accuracy, key: str) -> float | None:
    figure: Figure = getattr(point, key)
    return figure.value if point.status.is_result else None
