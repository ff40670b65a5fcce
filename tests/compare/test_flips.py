"""The images whose best class is another one."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from clsbench.compare.flips import BOTH_WRONG, GAINED, LOST, NO_LABEL, flips_of, write_flips
from clsbench.compare.paired_images import paired_images
from clsbench.compare.predictions import NONE, Predictions

Make = Callable[..., Predictions]


def test_each_flip_is_of_its_kind_and_losses_come_first_the_surest_before(predictions_of: Make) -> None:
    names = ["same", "none", "gained", "wrong", "lost", "lost surely"]
    labels = [0, NONE, 1, 1, 1, 1]
    a = predictions_of(names, labels, [0, 3, 2, 2, 1, 1])
    b = predictions_of(names, labels, [0, 4, 1, 3, 2, 2])
    b.probabilities[5] = a.probabilities[5] = 0.9
    found = flips_of(paired_images([a, b], [None, None], "AB"), 1, ("A", "B"))
    assert [(row.image, row.kind) for row in found.rows] == [
        ("lost surely", LOST),
        ("lost", LOST),
        ("gained", GAINED),
        ("wrong", BOTH_WRONG),
        ("none", NO_LABEL),
    ]
    assert found.count(LOST) == 2
    assert (found.rows[0].label, found.rows[0].a.title, found.rows[0].b.title) == ("class 1", "class 1", "class 2")


def test_where_classes_cannot_be_compared_an_image_flips_by_becoming_right_or_wrong(predictions_of: Make) -> None:
    a = predictions_of(["a", "b", "c"], [0, 1, 2], [0, 1, 0])
    b = predictions_of(["a", "b", "c"], [5, 6, 7], [5, 5, 7])
    found = flips_of(paired_images([a, b], [None, "ilsvrc2012"], "AB"), 1, ("A", "B"))
    assert [(row.image, row.kind) for row in found.rows] == [("b", LOST), ("c", GAINED)]


def test_the_file_has_a_row_for_each_flip_and_names_of_classes(predictions_of: Make, tmp_path: Path) -> None:
    a = predictions_of(['a,"b.png'], [0], [0])
    b = replace(predictions_of(['a,"b.png'], [0], [1]), label_probabilities=np.array([np.nan], np.float32))
    images = paired_images([a, b], ["ilsvrc2012"] * 2, "AB")
    write_flips([flips_of(images, 1, ("A", "B"))], tmp_path / "flips.csv")
    with (tmp_path / "flips.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert row == {
        **{"run_a": "A", "run_b": "B", "image": 'a,"b.png', "kind": "lost", "label": "tench (0)"},
        **{"class_a": "tench (0)", "probability_a": "0.2", "label_probability_a": "0.2"},
        **{"class_b": "goldfish (1)", "probability_b": "0.2", "label_probability_b": ""},
    }


def test_runs_without_flips_leave_the_heading_alone(predictions_of: Make, tmp_path: Path) -> None:
    run = predictions_of(["a"], [0], [0])
    write_flips([flips_of(paired_images([run, run], [None, None], "AB"), 1, ("A", "B"))], tmp_path / "flips.csv")
    assert len((tmp_path / "flips.csv").read_text().splitlines()) == 1
