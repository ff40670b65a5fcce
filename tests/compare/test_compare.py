"""python -m clsbench.compare as a user runs it, on runs that clsbench has made."""

import csv
import json
from pathlib import Path

import pytest
from command_line import Cli


def _flips(folder: Path) -> list[dict[str, str]]:
    with (folder / "flips.csv").open() as file:
        return list(csv.DictReader(file))


def test_two_crops_of_the_demo_are_compared_on_the_images_that_both_saw(
    clsbench: Cli, compare: Cli, tmp_path: Path
) -> None:
    for overrides in (["crop=single"], ["crop=multi12", "limit=200"]):
        ended = clsbench(*overrides)
        assert ended.code == 0, ended.said
    second, first = ended.runs
    said = compare(first.info.run_id, second.info.run_id[:8])
    assert said.code == 0, said.said
    line = said.said.splitlines()[0]
    assert line.startswith("B makes ")
    assert "than A on 200 images (top-1 error" in line
    assert "only 200 images are common to the runs" in said.said
    folder = tmp_path / "compared"
    facts = json.loads((folder / "compare.json").read_text())
    top1 = facts["pairs"][0]["errors"]["top1"]
    # The second run saw just the common images: its own metric is that of the comparison.
    assert 100 * top1["errors_b"] / 200 == pytest.approx(second.data.metrics["top1_error"])
    low, high = top1["interval_95_points"]
    assert low <= top1["difference_points"] <= high
    text = (folder / "compare.md").read_text()
    assert "| crop | single | multi12 |" in text
    assert "| limit | all | 200 |" in text
    assert "| model |" not in text
    page = (folder / "gallery.html").read_text()
    assert page.count("<img") == min(50, len(_flips(folder)))
    assert "image not found" not in page


@pytest.mark.shared
def test_crops_of_squeezenet_flip_photographs_whose_classes_have_names(
    clsbench: Cli, compare: Cli, squeezenet: list[str], tmp_path: Path
) -> None:
    for overrides in (["crop=single"], ["crop_size=257", "base_size=320"]):
        ended = clsbench(*squeezenet, "limit=60", *overrides)
        assert ended.code == 0, ended.said
    second, first = ended.runs
    said = compare(first.info.run_name, second.info.run_name)
    assert said.code == 0, said.said
    flips = _flips(tmp_path / "compared")
    assert flips
    assert all(row["class_a"] != row["class_b"] for row in flips)
    assert all(row["class_a"].endswith(")") and not row["class_a"].startswith("class ") for row in flips)
    assert (tmp_path / "compared" / "gallery.html").read_text().count("<img") == len(flips)


def test_errors_are_one_line_and_help_needs_no_store(compare: Cli) -> None:
    said = compare("nothing", "at all")
    assert said.code == 2
    assert "no such store" in said.said
    assert "Traceback" not in said.said
    assert compare("--help").code == 0
