"""The files of a run say what the predictions say."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from one_prediction import prediction_of

from clsbench.data.dataset import Sample
from clsbench.evaluation.record import Prediction, bad_prediction
from clsbench.results.evaluation_files import write_evaluation_files

SCORES = np.array([0.05, 0.4, 0.2, 0.15, 0.12, 0.08], np.float32)
PREDICTIONS: list[Prediction] = [
    prediction_of(0, Sample("right.jpg", 1), SCORES, np.ones(1, np.float32)),
    prediction_of(1, Sample("fifth.jpg", 5), SCORES, np.ones(1, np.float32)),
    prediction_of(2, Sample("wrong.jpg", 0), SCORES, np.ones(1, np.float32)),
    bad_prediction(3, Sample("broken, or not.jpg", 1), "truncated JPEG"),
]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_image_is_a_row_of_the_predictions(tmp_path: Path) -> None:
    write_evaluation_files(PREDICTIONS, (), {}, tmp_path)
    rows = pq.read_table(tmp_path / "predictions.parquet").to_pylist()
    assert [row["image"] for row in rows] == [prediction.name for prediction in PREDICTIONS]
    assert rows[0]["top5"] == [1, 2, 3, 4, 5]
    assert rows[0]["label"] == 1
    np.testing.assert_allclose(rows[0]["top5_probability"], [0.4, 0.2, 0.15, 0.12, 0.08])
    np.testing.assert_allclose(rows[2]["label_probability"], 0.05)
    assert rows[3]["status"] == "bad"
    assert rows[3]["top5"] == []
    assert rows[3]["label_probability"] is None


def test_the_first_predictions_are_there_to_be_read(tmp_path: Path) -> None:
    write_evaluation_files(PREDICTIONS, ("tench", "shark"), {}, tmp_path)
    right, fifth, wrong, bad = _csv(tmp_path / "predictions_preview.csv")
    assert list(right.values()) == ["right.jpg", "1 shark", "1 shark", "0.4000", "0.4000", "1", "ok"]
    assert (fifth["label"], fifth["label_rank"]) == ("5", "5")
    assert (wrong["label"], wrong["label_rank"]) == ("0 tench", "")
    assert list(bad.values()) == ["broken, or not.jpg", "1 shark", "", "", "", "", "bad"]


def test_a_class_counts_its_own_images_and_bad_ones_are_misses(tmp_path: Path) -> None:
    write_evaluation_files(PREDICTIONS, ("tench", "shark"), {}, tmp_path)
    rows = {row["class"]: row for row in _csv(tmp_path / "per_class.csv")}
    assert (rows["1"]["name"], rows["1"]["images"], rows["1"]["top1_error"]) == ("shark", "2", "50.000")
    assert (rows["5"]["name"], rows["5"]["top1_error"], rows["5"]["top5_error"]) == ("", "100.000", "0.000")
    assert rows["0"]["top5_error"] == "100.000"


def test_bad_images_are_listed_with_their_reason(tmp_path: Path) -> None:
    write_evaluation_files(PREDICTIONS, (), {}, tmp_path)
    assert _csv(tmp_path / "bad_images.csv") == [
        {"image": "broken, or not.jpg", "label": "1", "reason": "truncated JPEG"}
    ]


def test_a_run_without_images_has_files_all_the_same(tmp_path: Path) -> None:
    write_evaluation_files([], (), {}, tmp_path)
    assert len(pq.read_table(tmp_path / "predictions.parquet")) == 0
    assert _csv(tmp_path / "per_class.csv") == []


def test_the_environment_names_machine_packages_and_engine(tmp_path: Path) -> None:
    write_evaluation_files([], (), {"engine": "onnxruntime", "threads": 2}, tmp_path)
    facts = json.loads((tmp_path / "environment.json").read_text())
    assert facts["machine"]["cpu"]
    assert facts["machine"]["memory_mib"] > 100
    assert "numpy" in facts["packages"]
    assert facts["engine"] == {"engine": "onnxruntime", "threads": 2}
