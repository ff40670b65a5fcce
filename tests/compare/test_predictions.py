"""predictions.parquet read back as arrays."""

from pathlib import Path

import numpy as np
import pytest

from clsbench.compare.predictions import NONE, read_predictions
from clsbench.errors import DataError
from clsbench.evaluation.record import Prediction
from clsbench.results.predictions import write_predictions

GOOD = Prediction(0, "a.png", 3, (3, 1, 2, 0, 4), (0.6, 0.1, 0.1, 0.1, 0.1), 0.6, "ok")
FIFTH = Prediction(1, "b.png", 4, (3, 1, 2, 0, 4), (0.6, 0.1, 0.1, 0.1, 0.1), 0.1, "ok")
BAD = Prediction(2, "c.png", 3, (), (), None, "bad", "damaged")
UNLABELLED = Prediction(3, "d.png", None, (0, 1, 2, 3, 4), (0.6, 0.1, 0.1, 0.1, 0.1), None, "ok")


def test_hits_are_those_of_the_label_among_the_best(tmp_path: Path) -> None:
    write_predictions([GOOD, FIFTH, BAD, UNLABELLED], tmp_path / "p.parquet")
    read = read_predictions(tmp_path / "p.parquet")
    assert read.names.tolist() == ["a.png", "b.png", "c.png", "d.png"]
    assert read.labels.tolist() == [3, 4, 3, NONE]
    assert read.top5[2].tolist() == [NONE] * 5
    assert read.bad.tolist() == [False, False, True, False]
    assert read.hits(1).tolist() == [True, False, False, False]
    assert read.hits(5).tolist() == [True, True, False, False]
    assert read.label_probabilities[0] == np.float32(0.6)
    assert np.isnan(read.label_probabilities[[2, 3]]).all()
    assert read.has_top5


def test_a_network_of_three_classes_has_no_top5(tmp_path: Path) -> None:
    write_predictions([Prediction(0, "a", 1, (1, 0, 2), (0.8, 0.1, 0.1), 0.8, "ok")], tmp_path / "p.parquet")
    read = read_predictions(tmp_path / "p.parquet")
    assert not read.has_top5
    assert read.top5.tolist() == [[1, 0, 2, NONE, NONE]]


def test_a_file_without_rows_has_no_images(tmp_path: Path) -> None:
    write_predictions([], tmp_path / "p.parquet")
    assert len(read_predictions(tmp_path / "p.parquet").names) == 0


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="run the evaluation again"):
        read_predictions(tmp_path / "p.parquet")


def test_an_image_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    write_predictions([GOOD, FIFTH, GOOD], tmp_path / "p.parquet")
    with pytest.raises(DataError, match=r"holds a\.png twice"):
        read_predictions(tmp_path / "p.parquet")


def test_further_right_labels_are_hits_too(tmp_path: Path) -> None:
    several = Prediction(0, "a.png", 4, (3, 1, 2, 0, 4), (0.6, 0.1, 0.1, 0.1, 0.1), 0.1, "ok", also=(7, 3))
    write_predictions([several, FIFTH], tmp_path / "p.parquet")
    read = read_predictions(tmp_path / "p.parquet")
    assert read.also.tolist() == [[7, 3], [NONE, NONE]]
    assert read.hits(1).tolist() == [True, False]
    assert read.select(np.array([1])).hits(1).tolist() == [False]
