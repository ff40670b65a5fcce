"""The look of the pictures: colours that colour-blind people can tell apart, and shapes that differ in grey print."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from clsbench.report.document import Plot

# Okabe and Ito, Color Universal Design (2008); yellow is left out because it is lost on white paper.
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7"),
    *("#E69F00", "#56B4E9", "#000000"),
)
COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":")
_DPI = 160


@dataclass(frozen=True)
class Look:
    """One series' colour, marker and line; among the first seven, no two share anything but the line."""

    color: str
    marker: str
    line: str


def looks() -> Iterator[Look]:
    """Looks without end; the line style changes after all colours are used."""
    while True:
        for line, (color, marker) in product(LINES, zip(COLORS, MARKERS, strict=True)):
            yield Look(color, marker, line)


def save_plot(plot: Plot, folder: Path) -> list[Path]:
    """Draws it as PNG and SVG, and returns the files."""
    # Imported late because it takes half a second. Only its Figure: pyplot would look for a screen.
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    paths = [folder / f"{plot.name}.{suffix}" for suffix in ("png", "svg")]
    # Names are text, not formulas; and the same figures produce the same file.
    with rc_context({"text.parse_math": False, "svg.hashsalt": "clsbench", "font.size": 9, "axes.axisbelow": True}):
        figure = Figure(figsize=plot.inches, layout="constrained")
        plot.draw(figure)
        # Once for both files, because it takes longer than drawing.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for path in paths:
            figure.savefig(path, dpi=_DPI, metadata={"Date": None} if path.suffix == ".svg" else None)
    return paths


def rule(axes: Any, axis: str = "both") -> None:
    """A light grid, with no frame at the top and on the right."""
    axes.grid(visible=True, axis=axis, color="0.88", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
