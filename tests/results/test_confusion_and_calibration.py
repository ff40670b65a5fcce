"""Which classes are taken for which, and whether a network is right as often as it says."""

import csv
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from clsbench.evaluation.record import Prediction
from clsbench.results.calibration import bins, expected_calibration_error, write_calibration
from clsbench.results.confusion import write_confusion
from clsbench.results.evaluation_files import write_evaluation_files

NAMES = ("cat", "dog & <wolf>", "fox")


def said(label: int | None, best: int, probability: float = 0.5, also: tuple[int, ...] = ()) -> Prediction:
    return Prediction(0, "x.jpg", label, (best,), (probability,), None, "ok", views=1, also=also)


BAD = Prediction(0, "bad.jpg", 1, (), (), None, "bad", "truncated")


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def test_the_matrix_has_every_labelled_image_once(tmp_path: Path) -> None:
    write_confusion([said(0, 0), said(0, 2), said(0, 2), said(1, 0), BAD, said(None, 2)], NAMES, tmp_path)
    assert rows(tmp_path / "confusion_matrix.csv") == [
        ["0", "cat", "0", "cat", "1"],
        ["0", "cat", "2", "fox", "2"],
        ["1", "dog & <wolf>", "", "(bad image)", "1"],
        ["1", "dog & <wolf>", "0", "cat", "1"],
    ]
    assert rows(tmp_path / "most_confused.csv") == [
        ["0", "cat", "2", "fox", "2", "66.667"],
        ["1", "dog & <wolf>", "0", "cat", "1", "50.000"],
    ]


def test_a_further_right_label_is_no_confusion(tmp_path: Path) -> None:
    write_confusion([said(0, 2, also=(2,))], NAMES, tmp_path)
    assert rows(tmp_path / "confusion_matrix.csv") == [["0", "cat", "0", "cat", "1"]]
    assert rows(tmp_path / "most_confused.csv") == []


def test_thirty_pairs_at_most_and_a_picture_of_a_hundred_classes_at_most(tmp_path: Path) -> None:
    for classes, drawn in ((100, True), (101, False)):
        folder = tmp_path / str(classes)
        folder.mkdir()
        write_confusion([said(each, (each + 1) % classes) for each in range(classes)], (), folder)
        assert len(rows(folder / "most_confused.csv")) == 30
        assert (folder / "plots" / "confusion_matrix.svg").is_file() == drawn


def test_a_cell_of_the_picture_says_what_it_counts(tmp_path: Path) -> None:
    write_confusion([said(1, 0), said(1, 1), said(1, 1)], NAMES, tmp_path)
    root = ElementTree.parse(tmp_path / "plots" / "confusion_matrix.svg").getroot()
    tips = [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]
    assert tips == ["no image", "1 dog & <wolf> as 0 cat: 1 of 3", "1 dog & <wolf> as 1 dog & <wolf>: 2 of 3"]


def test_the_calibration_error_is_the_papers() -> None:
    # By hand: (14/15, 1] has 0.95 and 0.97, one of them right: |0.5 - 0.96| = 0.46, of 2 images;
    # (8/15, 9/15] has 0.6 once, right: 0.4; (2/15, 3/15] has 0.2 once, wrong: 0.2. (2 * 0.46 + 0.4 + 0.2) / 4.
    given = [said(0, 0, 0.95), said(0, 1, 0.97), said(0, 0, 0.6), said(0, 1, 0.2), BAD, said(None, 0, 0.1)]
    assert expected_calibration_error(bins(given)) == pytest.approx(100 * 1.52 / 4)


def test_it_is_that_of_an_independent_computation() -> None:
    random = np.random.default_rng(3)
    probability, right = random.uniform(0.01, 1, 5000), random.random(5000) < 0.6
    edges = np.linspace(0, 1, 16)
    expected = 0.0
    for low, high in pairwise(edges):
        inside = (probability > low) & (probability <= high)
        expected += inside.mean() * abs(right[inside].mean() - probability[inside].mean())
    given = [said(0, 0 if hit else 1, float(each)) for each, hit in zip(probability, right, strict=True)]
    assert expected_calibration_error(bins(given)) == pytest.approx(100 * expected)


def test_its_file_has_a_row_a_bin_and_the_whole(tmp_path: Path) -> None:
    write_calibration([said(0, 0, 1.0), said(0, 1, 1.0)], tmp_path)
    found = rows(tmp_path / "calibration.csv")
    assert len(found) == 16
    assert found[14] == ["0.9333", "1.0000", "2", "1.000000", "0.500000", ""]
    assert found[15] == ["0.0000", "1.0000", "2", "1.000000", "0.500000", "50.000000"]
    texts = ElementTree.parse(tmp_path / "plots" / "reliability.svg").getroot().itertext()
    assert "ECE 50.00 points, 2 images, 15 bins" in list(texts)


def test_scores_that_are_no_probabilities_and_images_without_labels_have_none(tmp_path: Path) -> None:
    write_calibration([said(0, 0, 0.9), said(0, 0, 12.5)], tmp_path)
    write_calibration([said(None, 0, 0.9)], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_small_leaves_them_out(tmp_path: Path) -> None:
    write_evaluation_files([said(0, 0)], NAMES, {}, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert "per_class.csv" in names
    assert names.isdisjoint({"confusion_matrix.csv", "most_confused.csv", "calibration.csv", "errors.html", "plots"})


def test_the_calibration_error_is_a_metric(tmp_path: Path) -> None:
    given = [said(0, 0, 0.5), said(0, 1, 0.9)]  # right at 0.5, wrong at 0.9
    found = write_evaluation_files(given, NAMES, {}, tmp_path, read=lambda _: b"no image")
    assert found == {"ece": pytest.approx(100 * (0.5 + 0.9) / 2)}


def test_every_image_of_fifty_thousand_is_in_a_pair_and_in_a_bin(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    pairs = random.integers(0, 1000, (50_000, 2)).tolist()
    given = [said(label, best, 0.5) for label, best in pairs]
    write_confusion(given, (), tmp_path)
    write_calibration(given, tmp_path)
    rows = list(csv.DictReader((tmp_path / "confusion_matrix.csv").read_text().splitlines()))
    assert sum(int(row["images"]) for row in rows) == 50_000
    assert len(list(csv.DictReader((tmp_path / "most_confused.csv").read_text().splitlines()))) == 30
    *_, whole = csv.DictReader((tmp_path / "calibration.csv").read_text().splitlines())
    assert whole["images"] == "50000"
