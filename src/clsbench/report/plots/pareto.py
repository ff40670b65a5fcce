"""Error against time: a marker per series of times, the front joined by a line, measured points filled."""

from collections.abc import Mapping, Sequence
from typing import Any

from clsbench.report.pareto_front import Point
from clsbench.report.plots.style import Look, looks, rule

# Keeps the names of close neighbours from overlapping.
_SLANTED = {"rotation": 35, "rotation_mode": "anchor", "ha": "right", "va": "top"}


def draw_pareto(figure: Any, series: Mapping[str, Sequence[Point]]) -> None:
    """``series``: what was timed with what, one point per network, by time. Points on the front are named."""
    axes = figure.subplots()
    for (name, points), look in zip(series.items(), looks(), strict=False):
        _front(axes, [point for point in points if point.is_best], look)
        for filled in (True, False):
            shown = [point for point in points if (point.error_from == "measured") == filled]
            if shown:
                axes.plot(
                    [point.ms for point in shown],
                    [point.error for point in shown],
                    *(look.marker,),
                    color=look.color,
                    markerfacecolor=look.color if filled else "white",
                    label=f"{name}; {_source(shown)} error",
                )
    axes.set_xscale("log")
    axes.set_xlabel("forward time of one image, ms (logarithmic)")
    axes.set_ylabel("top-1 error, %")
    axes.margins(0.1, 0.14)
    _plain_numbers(axes.xaxis)
    rule(axes)
    figure.legend(loc="outside upper center", frameon=False)


def _source(points: Sequence[Point]) -> str:
    sources = list(dict.fromkeys(point.error_from for point in points))
    return sources[0] if len(sources) == 1 else "published or partial"


def _front(axes: Any, best: Sequence[Point], look: Look) -> None:
    axes.plot(
        [point.ms for point in best],
        [point.error for point in best],
        drawstyle="steps-post",
        linestyle=look.line,
        color=look.color,
        linewidth=1,
    )
    for (ms, error), names in _names(best).items():
        axes.annotate(names, (ms, error), (-3, -4), textcoords="offset points", fontsize=7, **_SLANTED)


def _names(best: Sequence[Point]) -> dict[tuple[float, float], str]:
    """Networks with the same error and time share a label."""
    names: dict[tuple[float, float], str] = {}
    for point in best:
        place = point.ms, point.error
        names[place] = f"{names[place]}, {point.network}" if place in names else point.network
    return names


def _plain_numbers(axis: Any) -> None:
    """1, 2, 5, 10, … instead of powers."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter  # noqa: PLC0415

    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
