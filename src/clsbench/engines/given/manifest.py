"""The contents of a folder of network inputs: the settings that made them, and which view each row of each file is."""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.errors import ConfigError, DataError

SETTINGS, ROWS = "manifest.json", "manifest.csv"


@dataclass(frozen=True)
class Layout:
    """How views are stored in the files: ``batch`` of them in each but the last."""

    format: str
    dtype: str
    layout: str
    batch: int

    def __post_init__(self) -> None:
        for key, choices in (("format", ("npy", "bin")), ("dtype", ("float32", "uint8")), ("layout", ("nchw", "nhwc"))):
            if getattr(self, key) not in choices:
                raise ConfigError(f"task.{key}={getattr(self, key)}: choose {' or '.join(choices)}")

    def file(self, number: int) -> str:
        """The name of a file."""
        return f"views-{number:04d}.{self.format}"


@dataclass(frozen=True)
class Row:
    """One view: row ``row`` overall, in ``file``; ``sha256`` is of the network's input, float32 little-endian NCHW."""

    row: int
    file: str
    image: int  # its number in the dataset
    name: str
    view: int  # its number among the image's distinct views
    weight: float  # how often the crop policy counts the view
    sha256: str

    @property
    def title(self) -> str:
        """How an error refers to it."""
        return f"row {self.row} ({self.file}: view {self.view} of {self.name})"


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True)
class Manifest:
    """A complete folder of inputs."""

    folder: Path
    layout: Layout
    input_shape: tuple[int, int, int]
    settings: Mapping[str, Any]
    rows: Sequence[Row]

    @cached_property
    def files(self) -> Mapping[str, range]:
        """The rows of each file, in order."""
        starts = range(0, len(self.rows), self.layout.batch)
        return {self.rows[at].file: range(at, min(at + self.layout.batch, len(self.rows))) for at in starts}

    @cached_property
    def digest(self) -> str:
        """Identifies the views and their order."""
        return hashlib.sha256("".join(row.sha256 for row in self.rows).encode()).hexdigest()


def view_sha256(view: NDArray[np.float32]) -> str:
    """The checksum of one view (channel, height, width) as the network takes it."""
    return hashlib.sha256(np.ascontiguousarray(view, "<f4").data).hexdigest()


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Writes ``manifest.json``, whole or not at all."""
    part = folder / f"{SETTINGS}.part"
    part.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / SETTINGS)


def settings_of(layout: Layout, input_shape: Sequence[int], identity: Mapping[str, Any]) -> dict[str, Any]:
    """The content of ``manifest.json`` before the first view is written."""
    told = {"format": 1, "layout": asdict(layout), "input_shape": list(input_shape), "made_with": dict(identity)}
    return json.loads(json.dumps(told | {"complete": False}, default=str))  # type: ignore[no-any-return]


def read_settings(folder: Path) -> dict[str, Any] | None:
    """The content of ``manifest.json``, or None if it does not exist. Raises DataError if it is damaged."""
    path = folder / SETTINGS
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told, dict) or told.get("format") != 1:
            raise DataError(f"{path}: not from task=inputs of this version of clsbench; write the inputs again")
    except ValueError as error:
        raise DataError(f"{path}: damaged ({error}); write the inputs again with task=inputs resume=false") from error
    return told


def read_rows(folder: Path) -> list[Row]:
    """The rows of ``manifest.csv``, up to the first incomplete line."""
    rows: list[Row] = []
    path = folder / ROWS
    if not path.is_file():
        return rows
    with path.open(encoding="utf-8", newline="") as file:
        for told in csv.DictReader(file):
            try:
                row = Row(
                    row=int(told["row"]),
                    file=told["file"],
                    image=int(told["image"]),
                    name=told["name"],
                    view=int(told["view"]),
                    weight=float(told["weight"]),
                    sha256=told["sha256"] or "",
                )
            except (KeyError, TypeError, ValueError):
                break
            if row.row != len(rows) or len(row.sha256) != 64:
                break
            rows.append(row)
    return rows


def read_manifest(folder: Path) -> Manifest:
    """The folder's manifest. Raises DataError if there is none, or if task=inputs did not finish."""
    told = read_settings(folder)
    if told is None:
        raise DataError(f"{folder}: no {SETTINGS}; give the folder of task=inputs as engine.inputs=FOLDER")
    rows = read_rows(folder)
    if not told.get("complete") or told.get("views") != len(rows):
        raise DataError(f"{folder}: its inputs are not complete; run the same task=inputs again to complete them")
    channels, height, width = told["input_shape"]
    return Manifest(folder, Layout(**told["layout"]), (channels, height, width), told["made_with"], rows)
