"""Writes the published figures that the tests compare with to tests/facts.

python tools/facts.py FOLDER

FOLDER is where the figures were collected, such as ../shared/facts.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from kept_facts import FACTS
from layer_checks import check_of, layer_of

Table = list[dict[str, object]]


def tables(gathered: Path) -> dict[str, Table]:
    """Every table of tests/facts, by its path there without the suffix."""
    networks = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((gathered / "networks").glob("*.json"))]
    return {
        "networks": [_network(about) for about in networks],
        **{f"layers/{about['name']}": _layers(about) for about in networks},
        "accuracy": _accuracy(_rows(gathered, "published_accuracy")),
        "times": _cut(gathered, "published_timing", ["network", *_times("small"), *_times("large")]),
        "lite": _cut(gathered, "published_lite", ["network", *_LITE]),
        "curve": _cut(gathered, "published_curve", ["network", "crop_size", "top1_accuracy", "top5_accuracy"]),
        "preprocessing": _cut(
            gathered, "preprocessing", ["preset", *(f"{of}_{c}" for of in ("mean", "std") for c in "bgr")]
        ),
        "label_orders": _cut(gathered, "label_orders", ["ilsvrc2012_index", "ilsvrc2015_index"]),
        "hub_sources": [_source(row) for row in _rows(gathered, "hub_sources")],
    }


_LITE = ("top1_error", "top5_error", *(f"{on}_{way}_ms" for on in ("gpu", "cpu") for way in ("forward", "backward")))


def _times(size: str) -> list[str]:
    return [f"forward_ms_{size}", f"backward_ms_{size}"]


def _rows(gathered: Path, name: str) -> list[dict[str, str]]:
    with (gathered / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _cut(gathered: Path, name: str, columns: Sequence[str]) -> Table:
    return [dict(each) for each in dict.fromkeys(tuple((c, row[c]) for c in columns) for row in _rows(gathered, name))]


def _accuracy(rows: Iterable[Mapping[str, str]]) -> Table:
    cells: dict[tuple[str, str, str], dict[str, object]] = {}
    for row in rows:
        key = row["network"], row["alias"], row["crop_size"]
        cell = cells.setdefault(key, dict(zip(("network", "alias", "crop_size"), key, strict=True)))
        cell |= {f"{row['crop']}_top{k}": row[f"top{k}_error"] for k in (1, 5)}
    return list(cells.values())


def _source(row: Mapping[str, str]) -> dict[str, object]:
    same = "no" if "not the same" in row["relation"] else "yes"
    return {"network": row["network"], "location": row["location"], "may_be_the_published": same}


def _network(about: Mapping[str, Any]) -> dict[str, object]:
    pooled = {f"pooled_macs_{size}": about[f"macs_{size}_with_global_final_pool"] for size in ("small", "large")}
    return {
        "network": about["name"],
        "net_name": about["net_name"],
        "input_size": about["input"]["shape"][-1],
        "output": "x".join(map(str, about["output"]["shape_at_deploy"])),
        "final_pool": about["final_pool"]["layer"],
        "parameters": about["param_count"],
        "weights_mib": about["weights_MiB"],
        "download_mib": about["published_download_MiB"],
        **{f"crop_{size}": about["crop_sizes"][size] for size in ("small", "large")},
        **{f"macs_{size}": about[f"macs_{size}"] for size in ("small", "large")},
        **pooled,
        "source": f"{about['source']['repo']} {about['source']['commit'][:12]} {about['source']['path']}",
    }


def _layers(about: Mapping[str, Any]) -> Table:
    facts = [fact for fact in about["layers"] if fact["type"] != "Input"]
    return [
        {"check": check_of(layer_of(fact)), "blobs": " ".join("x".join(map(str, shape)) for shape in fact["blobs"])}
        for fact in facts
    ]


def main() -> None:
    """Writes every table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder of the collected figures")
    for name, table in tables(parser.parse_args().folder).items():
        path = FACTS / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main()
