"""What was published of the networks, in numbers: the tables in tests/facts, read."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FACTS = Path(__file__).resolve().parents[1] / "facts"
Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Published:
    """One published network in numbers; ``checks`` and ``blobs`` have an entry a layer (layer_checks.py)."""

    name: str
    net_name: str
    input_size: int
    output_shape: tuple[int, ...]
    final_pool: str
    parameters: int
    weights_mib: float
    download_mib: float | None
    crop_size: dict[str, int]
    macs: dict[str, int | None]
    macs_with_global_pool: dict[str, int | None]
    checks: tuple[str, ...]
    blobs: tuple[Shapes, ...]


def rows(table: str) -> list[dict[str, str]]:
    """The rows of tests/facts/``table``.csv."""
    with (FACTS / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(*texts: str) -> tuple[float, ...]:
    """The numbers of those fields that are not empty."""
    return tuple(float(text) for text in texts if text)


@cache
def published_networks() -> dict[str, Published]:
    """Every network that the facts are about, by name."""
    return {row["network"]: _published(row) for row in rows("networks")}


def _published(row: dict[str, str]) -> Published:
    layers = rows(f"layers/{row['network']}")
    return Published(
        name=row["network"],
        net_name=row["net_name"],
        input_size=int(row["input_size"]),
        output_shape=_shape(row["output"]),
        final_pool=row["final_pool"],
        parameters=int(row["parameters"]),
        weights_mib=float(row["weights_mib"]),
        download_mib=float(row["download_mib"]) if row["download_mib"] else None,
        crop_size={size: int(row[f"crop_{size}"]) for size in ("small", "large")},
        macs=_of_both_sizes(row, "macs"),
        macs_with_global_pool=_of_both_sizes(row, "pooled_macs"),
        checks=tuple(layer["check"] for layer in layers),
        blobs=tuple(tuple(map(_shape, layer["blobs"].split())) for layer in layers),
    )


def _of_both_sizes(row: dict[str, str], figure: str) -> dict[str, int | None]:
    texts = {size: row[f"{figure}_{size}"] for size in ("small", "large")}
    return {size: int(text) if text else None for size, text in texts.items()}


def _shape(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("x")))
