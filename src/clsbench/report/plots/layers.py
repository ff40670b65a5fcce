"""A run's time by layer: forward and backward side by side, with the layers in execution order."""

from collections.abc import Sequence
from typing import Any

from clsbench.engines.timed import LayerTime
from clsbench.report.document import Plot
from clsbench.report.plots.style import BLUE, ORANGE, rule

_INCHES_A_ROW, _INCHES_BESIDE = 0.17, 1.4
_BARS = (("forward", "forward_ms", BLUE, ""), ("backward", "backward_ms", ORANGE, "////"))


def layers_plot(name: str, title: str, layers: Sequence[LayerTime]) -> Plot:
    """The height follows the number of layers; ``name`` is the file name."""

    def draw(figure: Any) -> None:
        draw_layers(figure, title, layers)

    return Plot(name, title, (8, _INCHES_BESIDE + _INCHES_A_ROW * len(layers)), draw)


def draw_layers(figure: Any, title: str, layers: Sequence[LayerTime]) -> None:
    """Backward bars only if there is a backward; they are hatched, so that they differ in grey."""
    axes = figure.subplots()
    shown = [bar for bar in _BARS if any(getattr(each, bar[1]) is not None for each in layers)]
    height = 0.8 / len(shown)
    for place, (label, field, color, hatch) in enumerate(shown):
        axes.barh(
            [row + (place - (len(shown) - 1) / 2) * height for row in range(len(layers))],
            [getattr(each, field) or 0.0 for each in layers],
            height,
            color=color,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            label=label,
        )
    axes.set_yticks(range(len(layers)), [f"{each.layer} ({each.type})" for each in layers], fontsize=6)
    axes.set_ylim(len(layers) - 0.4, -0.6)
    axes.set_xlabel("ms")
    axes.set_title(title, fontsize=9)
    rule(axes, "x")
    axes.legend(frameon=False)
