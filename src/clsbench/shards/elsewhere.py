"""Explains how shards that lie beside those of a cell differ from it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from clsbench.shards.place import ABOUT, Place
from clsbench.shards.shard import Shard

_SETTINGS = "settings that decide the fingerprint"


def elsewhere(all_cells: Path, own: Mapping[str, str]) -> str:
    """A sentence for each other cell of the same name that has shards in a folder; empty if there are none.

    ``own``: what the cell itself is about, as its place and the others' store it.
    """
    return other_cells_text(_places_in(all_cells), own)


def other_cells_text(others: Iterable[tuple[Mapping[str, str], Sequence[Shard]]], own: Mapping[str, str]) -> str:
    """Like ``elsewhere``, for any cells: what each is about, and which of its shards are done."""
    return "".join(
        f". There are shards {', '.join(map(str, done))} of a different cell: {_difference(about, own)}"
        for about, done in others
        if done and about.get("cell") == own["cell"] and about.get("fingerprint") != own["fingerprint"]
    )


def _places_in(all_cells: Path) -> Iterator[tuple[Mapping[str, str], list[Shard]]]:
    for file in sorted(all_cells.glob(f"*/of-*/{ABOUT}")):
        count = file.parent.name.split("-")[1]
        if count.isdecimal():
            yield json.loads(file.read_text(encoding="utf-8")), Place(file.parent, int(count)).done()


def _difference(other: Mapping[str, str], own: Mapping[str, str]) -> str:
    keys = sorted(key for key in {*other, *own} if key != "fingerprint" and other.get(key) != own.get(key))
    return ", ".join(f"{key} is {other.get(key)} there, {own.get(key)} here" for key in keys) or _SETTINGS
