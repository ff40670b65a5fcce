"""The figures of the published networks, computed once, because building all of them again takes a second."""

import csv
from collections.abc import Iterable, Mapping
from importlib.resources import files
from io import StringIO

from clsbench.zoo.figures import Figures

_TABLE = "figures.csv"
_SIZES = ("standard", "large")


def known_figures() -> dict[str, Figures]:
    """By network, as written by ``make zoo-docs``."""
    rows = csv.DictReader(StringIO((files("clsbench.zoo") / _TABLE).read_text("utf-8")))
    return {
        row["network"]: Figures(int(row["parameters"]), {size: int(row[size]) for size in _SIZES if row[size]})
        for row in rows
    }


def as_csv(figures: Iterable[tuple[str, Figures]]) -> str:
    """The text of the table: parameters, and multiply-accumulates of one image by size."""
    lines = [f"network,parameters,{','.join(_SIZES)}"]
    lines += [f"{name},{each.parameters},{','.join(_macs(each.macs))}" for name, each in figures]
    return "\n".join(lines) + "\n"


def _macs(by_size: Mapping[str, int]) -> list[str]:
    return [str(by_size.get(size, "")) for size in _SIZES]
