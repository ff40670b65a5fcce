"""The files of a layer-by-layer comparison: ``departures.csv``, ``doctor.json`` and a plot of each layer's error."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from clsbench.doctor.departure import Pair, first_departure

_INCHES_A_ROW = 0.16
_SMALLEST = 1e-9  # error shown in the plot


def write_departures(pairs: Sequence[Pair], verdict: str, tolerance: float, folder: Path) -> None:
    """Writes the first two; an infinite error is null in JSON."""
    first = first_departure(pairs, tolerance)
    content = {
        "verdict": verdict,
        "tolerance": tolerance,
        "first": _entry(first) if first else None,
        "layers": [_entry(pair) for pair in pairs],
        "overrides": [],
    }
    (folder / "doctor.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    with (folder / "departures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("layer", "type", "blob", "other_blob", "shape", "other_shape", "error", "largest_difference"))
        for pair in pairs:
            shapes = ("x".join(map(str, shape[1:])) for shape in (pair.shape, pair.other_shape))
            writer.writerow(
                (pair.layer, pair.op, pair.blob, pair.other, *shapes, f"{pair.error:.6g}", f"{pair.largest:.6g}")
            )


def write_departure_plot(pairs: Sequence[Pair], tolerance: float, title: str, path: Path) -> None:
    """One bar per layer on a logarithmic axis, red beyond the tolerance."""
    # Imported late because it takes a second. Only its Figure: pyplot would look for a screen.
    from matplotlib.figure import Figure  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(8, 1.5 + _INCHES_A_ROW * max(4, len(pairs))), layout="constrained")
    axes = figure.add_subplot()
    errors = [min(max(pair.error, _SMALLEST), 10.0) for pair in pairs]
    colours = ["tab:red" if not pair.error <= tolerance else "tab:gray" for pair in pairs]
    axes.barh(range(len(pairs)), errors, left=_SMALLEST, color=colours)
    axes.axvline(tolerance, color="tab:blue", label="tolerance")
    axes.set_xscale("log")
    axes.set_yticks(range(len(pairs)), [pair.blob for pair in pairs], fontsize=6)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.set_xlabel("root mean square of the difference, as a share of the values'")
    axes.set_title(title, fontsize=9)
    axes.legend(fontsize=7)
    figure.savefig(path, dpi=120)


def _entry(pair: Pair) -> dict[str, object]:
    numbers = {key: None if value == float("inf") else value for key, value in asdict(pair).items()}
    return numbers | {"shape": list(pair.shape), "other_shape": list(pair.other_shape)}
