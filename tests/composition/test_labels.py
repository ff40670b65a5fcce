"""Labels of several classes, subsets and names, through a whole evaluation of the demo's network."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from command_line import Cli
from mlflow.entities import Run

from clsbench.config import CONF

DEMO = CONF.parent / "src" / "clsbench" / "demo"


@pytest.fixture
def digits(tmp_path: Path) -> list[str]:
    """The demo's images as a list, labelled by name."""
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    (tmp_path / "classes.txt").write_text("".join(f"digit {name}\n" for name in names))
    images = sorted(path.relative_to(DEMO / "images") for path in (DEMO / "images").rglob("*.png"))
    listed = (f"{path} digit {names[int(path.parts[0])]}\n" for path in images)
    (tmp_path / "val.txt").write_text("".join(listed))
    source = [
        f"dataset.root={DEMO}/images",
        f"dataset.list={tmp_path}/val.txt",
        f"dataset.classes={tmp_path}/classes.txt",
    ]
    return ["model=digits", "dataset=list", *source, "dataset.label_order=null"]


def test_labels_by_name_give_the_demos_error_and_name_the_classes(clsbench: Cli, digits: list[str]) -> None:
    ended = clsbench(*digits)
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * 7 / 382)
    rows = list(csv.DictReader(ended.artifact("per_class.csv").read_text().splitlines()))
    assert [row["name"] for row in rows[:2]] == ["digit zero", "digit one"]


def predictions_of(clsbench: Cli, *overrides: str) -> tuple[Run, dict[str, list[Any]]]:
    """The latest run, and its predictions."""
    ended = clsbench(*overrides)
    assert ended.code == 0, ended.said
    run = ended.runs[0]
    file = Path(run.info.artifact_uri.removeprefix("file://")) / "predictions.parquet"
    return run, pq.read_table(file).to_pydict()


def test_several_right_labels_and_a_subset(clsbench: Cli, digits: list[str], tmp_path: Path) -> None:
    _, plain = predictions_of(clsbench, *digits)
    # the second best class is right as well; every tenth image has no label
    found = list(zip(plain["label"], plain["top5"], strict=True))
    right = [[label, top5[1]] if index % 10 else [] for index, (label, top5) in enumerate(found)]
    (tmp_path / "real.json").write_text(json.dumps(right))
    run, several = predictions_of(clsbench, *digits, f"dataset.labels={tmp_path}/real.json")
    counted = [(labels, top5) for labels, top5 in zip(right, plain["top5"], strict=True) if labels]
    misses = sum(top5[0] not in labels for labels, top5 in counted)
    assert run.data.metrics["images"] == len(counted)
    assert run.data.metrics["top1_error"] == pytest.approx(100 * misses / len(counted))
    assert run.data.params["dataset"] == "list:val, labels real"
    assert several["also_right"] == [labels[1:] for labels, _ in counted]

    (tmp_path / "some.txt").write_text("digit one\ndigit seven\n4\n")
    run, some = predictions_of(clsbench, *digits, f"dataset.subset={tmp_path}/some.txt")
    assert {label for top5 in some["top5"] for label in top5} == {1, 7, 4}
    assert run.data.metrics["images"] == sum(label in {1, 7, 4} for label in plain["label"])
    assert "top5_error" not in run.data.metrics
