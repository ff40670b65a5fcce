"""The zoo's networks as rows of a table, for the terminal and for docs/zoo.md."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from clsbench.caffe.net import Shape
from clsbench.zoo.catalogue import Entry
from clsbench.zoo.figures import Figures, LayerFigures

_CELLS = (("standard", "single"), ("standard", "multi12"), ("large", "single"), ("large", "multi12"))
_HEADINGS = (
    *("network", "family", "M parameters", "MiB", "G MACs", "G MACs large"),
    *("single", "multi12", "single large", "multi12 large", "preprocessing", "assumed", "also called"),
)
_LEFT = {"network", "family", "preprocessing", "assumed", "also called"}
_PAGE = """# The zoo

`make zoo-docs` writes this page from conf/model; do not edit it. `clsbench zoo` prints the same table in a terminal
and shows which weights you have. `clsbench zoo NETWORK` prints a network's layers, with `--prototxt` its prototxt.

- MiB is the size of the weights.
- G MACs are 10^9 multiply-accumulates for one image, at the standard size (224 pixels; 299 for most of the Inception
  family) and at the large size (320; 395).
- Errors are the published ones, top-1 / top-5 in percent. `conf/model/NETWORK.yaml` names their source.
- The column "assumed" lists what no source states. `net` means that the layers are those of the nearest published
  relative.
- An empty cell means that the value is not published, or that the network has no such size.

"""


def terminal_table(rows: Mapping[str, tuple[Entry, Figures]], weights: Path) -> Table:
    """One row per network, sorted by family; it shows whether the weights file is in the folder ``weights``."""
    table = Table(
        title=f"{len(rows)} networks; errors: published top-1 in percent; weights: files in {weights}",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    numbers = ("M par", "MiB", "G MACs", "G large", "single", "multi12", "single large", "multi12 large")
    for heading in ("network", "family", *numbers, "preprocessing", "weights"):
        table.add_column(heading, justify="right" if heading in numbers else "left")
    for entry, figures in sorted(rows.values(), key=_by_family):
        top1 = [f"{pair[0]:.2f}" if pair else "" for pair in _errors(entry)]
        there = "there" if (weights / entry.weights).is_file() else ""
        table.add_row(entry.name, entry.family, *_computed(entry, figures), *top1, entry.preprocessing, there)
    return table


def markdown_page(rows: Mapping[str, tuple[Entry, Figures]]) -> str:
    """The text of docs/zoo.md; the same on every machine."""
    lines = [_line(_HEADINGS), _line("---" if heading in _LEFT else "---:" for heading in _HEADINGS)]
    for entry, figures in rows.values():
        errors = [f"{pair[0]:.2f} / {pair[1]:.2f}" if pair else "" for pair in _errors(entry)]
        cells = (entry.name, entry.family, *_computed(entry, figures), *errors, entry.preprocessing)
        lines.append(_line((*cells, ", ".join(sorted(entry.assumed)), ", ".join(entry.aliases))))
    return _PAGE + "\n".join(lines) + "\n"


def layer_table(title: str, rows: Sequence[LayerFigures]) -> Table:
    """One row per layer, and the totals."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("layer", "total")
    table.add_column("type")
    table.add_column("output", justify="right")
    table.add_column("parameters", f"{sum(row.parameters for row in rows):,}", justify="right")
    table.add_column("MACs", f"{sum(row.macs for row in rows):,}", justify="right")
    for row in rows:
        table.add_row(row.layer.name, row.layer.type, _shape(row.output), _count(row.parameters), _count(row.macs))
    return table


def _by_family(row: tuple[Entry, Figures]) -> tuple[str, int]:
    return row[0].family, row[1].parameters


def _computed(entry: Entry, figures: Figures) -> list[str]:
    macs = [f"{figures.macs[size] / 1e9:.2f}" if size in entry.sizes else "" for size in ("standard", "large")]
    return [f"{figures.parameters / 1e6:.2f}", f"{figures.mib:.1f}", *macs]


def _errors(entry: Entry) -> list[tuple[float, float] | None]:
    return [entry.errors.get(size, {}).get(crop) for size, crop in _CELLS]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shape(shape: Shape) -> str:
    return " x ".join(map(str, shape[1:]))


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
