"""The files of int8 against fp32 layer by layer: ``layers.csv``, ``sensitivity.csv`` and a plot along the network."""

import csv
from collections.abc import Sequence
from pathlib import Path

from clsbench.agree.layer_noise import LayerNoise
from clsbench.agree.sensitivity import FP32, INT8, Sensitivity

_MOST_DECIBELS = 80.0  # shown in the plot; a blob without noise has infinitely many
_NAMED = 40  # most layers whose names are shown below the plot


def write_layer_noise(noise: Sequence[LayerNoise], path: Path) -> None:
    """One row per blob, in network order; without noise the decibels are empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("layer", "type", "blob", "signal_to_noise_db", "noise_share", "noise_added"))
        for each in noise:
            decibels = f"{each.decibels:.2f}" if each.share > 0 else ""
            writer.writerow((each.node, each.op, each.blob, decibels, f"{each.share:.6g}", f"{each.added:.6g}"))


def write_sensitivity(found: Sensitivity, path: Path) -> None:
    """One row per layer restored to fp32, and two for the whole network in fp32 and in int8."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("in_fp32", "images", "top1_error", "difference", "now_right", "now_wrong", "mcnemar_p"))
        for variant in found.hits:
            pair = found.against_int8(variant)
            title = {FP32: "all layers", INT8: "none"}.get(variant, variant)
            figures = (f"{found.error(variant):.6g}", f"{pair.difference:.6g}", pair.gained, pair.lost, f"{pair.p:.6g}")
            writer.writerow((title, found.images, *figures))


def write_noise_plot(noise: Sequence[LayerNoise], worst: Sequence[str], title: str, path: Path) -> None:
    """The signal-to-noise ratio along the network, with the ``worst`` layers marked."""
    # Imported late because it takes a second. Only its Figure: pyplot would look for a screen.
    from matplotlib.figure import Figure  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    axes = figure.add_subplot()
    decibels = [min(each.decibels, _MOST_DECIBELS) for each in noise]
    axes.plot(range(len(noise)), decibels, color="tab:gray", marker=".", linewidth=1)
    marked = [place for place, each in enumerate(noise) if each.node in worst and each.has_weights]
    label = f"the {len(marked)} layers that add the most noise"
    axes.plot(marked, [decibels[place] for place in marked], "o", color="tab:red", label=label)
    named = [place for place, each in enumerate(noise) if each.has_weights]
    named = named[:: max(1, len(named) // _NAMED)]
    axes.set_xticks(named, [noise[place].node for place in named], rotation=90, fontsize=6)
    axes.set_ylabel("signal to noise in int8, dB")
    axes.set_title(title, fontsize=9)
    axes.grid(visible=True, axis="y", color="0.88")
    axes.legend(fontsize=7)
    figure.savefig(path, dpi=120)
