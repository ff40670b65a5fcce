"""Shards that lie beside those of a cell, because something about them is different: what that is."""

import json
from collections.abc import Mapping
from pathlib import Path

from clsbench.shards.place import ABOUT, Place

_SETTINGS = "settings that decide the fingerprint"


def elsewhere(all_cells: Path, own: Mapping[str, str]) -> str:
    """A sentence for each other cell of the same name that has shards; empty where there is none.

    ``own``: what the cell itself is about, as its place and the others' keep it.
    """
    said = []
    for file in sorted(all_cells.glob(f"*/of-*/{ABOUT}")):
        other = json.loads(file.read_text(encoding="utf-8"))
        if other.get("cell") != own["cell"] or other.get("fingerprint") == own["fingerprint"]:
            continue
        count = file.parent.name.split("-")[1]
        done = Place(file.parent, int(count)).done() if count.isdecimal() else []
        if done:
            said.append(
                f". There are shards {', '.join(map(str, done))} of a different cell: {_difference(other, own)}"
            )
    return "".join(said)


def _difference(other: Mapping[str, str], own: Mapping[str, str]) -> str:
    keys = sorted(key for key in {*other, *own} if key != "fingerprint" and other.get(key) != own.get(key))
    return ", ".join(f"{key} is {other.get(key)} there, {own.get(key)} here" for key in keys) or _SETTINGS
