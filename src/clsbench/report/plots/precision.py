"""Error against time over precisions: one line per network and engine, one named point per precision.

A precision may have been evaluated on fewer images than fp32, because some calibrated it. Its point then lies at fp32's
error plus the difference on the images that both evaluated.
"""

from collections.abc import Sequence
from typing import Any

from clsbench.report.plots.style import looks, rule
from clsbench.report.precisions import InPrecision


def draw_precisions(figure: Any, found: Sequence[InPrecision]) -> None:
    """Each point's standard error is a bar. Points without a time are left out."""
    axes = figure.subplots()
    shown = [each for each in found if each.ms]
    lines = dict.fromkeys((each.network, each.engine) for each in shown)
    for line, look in zip(lines, looks(), strict=False):
        points = sorted((each for each in shown if (each.network, each.engine) == line), key=lambda each: each.ms or 0)
        axes.errorbar(
            [each.ms for each in points],
            [_error(each) for each in points],
            yerr=[each.run.metrics.get("top1_stderr", 0.0) for each in points],
            marker=look.marker,
            color=look.color,
            linestyle=look.line,
            linewidth=1,
            elinewidth=0.6,
            capsize=2,
            label=" ".join(line),
        )
        for each in points:
            place = (each.ms, _error(each))
            axes.annotate(each.precision.partition(" (")[0], place, (5, 4), textcoords="offset points", fontsize=7)
    axes.set_xlim(left=0)
    axes.set_xlabel("ms of an image")
    axes.set_ylabel("top-1 error, % (bar: standard error)")
    axes.margins(0.12, 0.15)
    rule(axes)
    figure.legend(loc="outside upper center", ncols=2, frameon=False)


def _error(each: InPrecision) -> float:
    if each.pair is None:
        return each.run.metrics["top1_error"]
    return each.pair.fp32.metrics["top1_error"] + each.pair.top1.difference
