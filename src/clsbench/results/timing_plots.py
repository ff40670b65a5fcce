"""``plots/*.png`` of a timing: time by layer and by layer type, and every call's time."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from clsbench.engines.timed import LayerTime

_FORWARD, _BACKWARD = "tab:blue", "tab:orange"
_INCHES_A_ROW = 0.16


def write_timing_plots(layers: Sequence[LayerTime], forward_ms: Sequence[float], title: str, folder: Path) -> None:
    """layer_types.png and layers.png if there are layers, latency.png if there are calls."""
    folder.mkdir(parents=True, exist_ok=True)
    if layers:
        by_type = summed_by_type(layers)
        _bars(by_type, f"{title}: by layer type", folder / "layer_types.png")
        _bars(layers, f"{title}: by layer", folder / "layers.png")
    if forward_ms:

        def draw(axes: Any) -> None:
            axes.plot(range(len(forward_ms)), forward_ms, ".", markersize=3, color=_FORWARD)
            axes.set_xlabel("iteration")
            axes.set_ylabel("forward ms")
            axes.set_ylim(bottom=0)

        _saved(draw, (8, 4), title, folder / "latency.png")


def summed_by_type(layers: Sequence[LayerTime]) -> list[LayerTime]:
    """One entry per type, slowest forward first; backward is None if no layer of the type has one."""
    sums: dict[str, LayerTime] = {}
    for each in layers:
        before = sums.get(each.type, LayerTime(each.type, each.type, 0.0))
        backward = [ms for ms in (before.backward_ms, each.backward_ms) if ms is not None]
        total = before.forward_ms + each.forward_ms
        sums[each.type] = LayerTime(each.type, each.type, total, sum(backward) if backward else None)
    return sorted(sums.values(), key=lambda each: -each.forward_ms)


def _bars(rows: Sequence[LayerTime], title: str, path: Path) -> None:
    places = range(len(rows))
    series: Mapping[str, Any] = {"forward": [row.forward_ms for row in rows]}
    if any(row.backward_ms is not None for row in rows):
        series = {**series, "backward": [row.backward_ms or 0.0 for row in rows]}

    def draw(axes: Any) -> None:
        height = 0.8 / len(series)
        for shift, ((name, values), color) in enumerate(zip(series.items(), (_FORWARD, _BACKWARD), strict=False)):
            axes.barh([place + shift * height for place in places], values, height, label=name, color=color)
        axes.set_yticks(
            [place + (len(series) - 1) * height / 2 for place in places], [row.layer for row in rows], fontsize=6
        )
        axes.invert_yaxis()
        axes.margins(y=0.01)
        axes.set_xlabel("ms")
        axes.legend()

    _saved(draw, (8, 1.5 + _INCHES_A_ROW * len(rows)), title, path)


def _saved(draw: Callable[[Any], None], inches: tuple[float, float], title: str, path: Path) -> None:
    # Imported late because it takes a second. Only its Figure: pyplot would look for a screen.
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=inches, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=9)
    draw(axes)
    figure.savefig(path, dpi=120)
