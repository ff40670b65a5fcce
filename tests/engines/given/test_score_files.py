"""Scores that a device wrote are put into the manifest's order, and what is wrong with them is found."""

import logging
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.engines.given.manifest import Layout, Manifest, Row
from clsbench.engines.given.score_files import Encoding, read_scores
from clsbench.errors import EngineError

PLAIN = Encoding("float32", None, 0, softmax=False)
CLASSES = 3

Numbers: TypeAlias = NDArray[np.float32]


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """Five views in files of two."""
    layout = Layout("npy", "float32", "nchw", 2)
    rows = [Row(row, layout.file(row // 2), row, f"{row}.png", 0, 1.0, "0" * 64) for row in range(5)]
    return Manifest(tmp_path, layout, (3, 4, 4), {}, rows)


@pytest.fixture
def scores() -> Numbers:
    return np.arange(5 * CLASSES, dtype=np.float32).reshape(5, CLASSES)


def _write(folder: Path, scores: Numbers) -> None:
    for number in range(3):
        np.save(folder / f"scores-{number:04d}.npy", scores[2 * number : 2 * number + 2])


def _read(path: Path, manifest: Manifest, encoding: Encoding = PLAIN) -> list[list[float]]:
    read: list[list[float]] = read_scores(path, manifest, CLASSES, encoding).tolist()
    return read


def test_a_file_a_batch_and_one_file_of_all_are_the_same(manifest: Manifest, scores: Numbers, tmp_path: Path) -> None:
    _write(tmp_path, scores)
    np.save(tmp_path / "all.npy", scores[:, :, np.newaxis, np.newaxis])
    scores.astype("<f4").tofile(tmp_path / "all.bin")
    np.savetxt(tmp_path / "all.csv", scores, delimiter=",", header="a,b,c", comments="")
    for path in (tmp_path, tmp_path / "all.npy", tmp_path / "all.bin", tmp_path / "all.csv"):
        assert _read(path, manifest) == scores.tolist()


def test_numbered_lines_are_put_where_they_belong_with_a_warning(
    manifest: Manifest,
    scores: Numbers,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    numbered = np.column_stack([np.arange(5), scores])[::-1]
    np.savetxt(tmp_path / "all.csv", numbered, delimiter=",", fmt=["%d", "%.1f", "%.1f", "%.1f"])
    with caplog.at_level(logging.WARNING):
        assert _read(tmp_path / "all.csv", manifest) == scores.tolist()
    assert "a different order" in caplog.text


def test_whole_numbers_are_scores_by_scale_and_zero_point(manifest: Manifest, tmp_path: Path) -> None:
    np.full((5, CLASSES), -126, np.int8).tofile(tmp_path / "all.bin")
    assert _read(tmp_path / "all.bin", manifest, Encoding("int8", 0.5, -128, softmax=False))[0] == [1.0, 1.0, 1.0]
    with pytest.raises(EngineError, match=r"engine\.scale"):
        _read(tmp_path / "all.bin", manifest, Encoding("int8", None, 0, softmax=False))


def test_logits_become_probabilities(manifest: Manifest, scores: Numbers, tmp_path: Path) -> None:
    np.save(tmp_path / "all.npy", scores)
    made = np.array(_read(tmp_path / "all.npy", manifest, Encoding("float32", None, 0, softmax=True)))
    np.testing.assert_allclose(made[0], np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum(), rtol=1e-6)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("0,1,1,1\n1,1,1,1\n2,1,1,1\n3,1,1,1\n", "1 rows are missing: 4"),
        ("".join(f"{row},.1,.1,.1\n" for row in range(7)), "2 rows are not in the manifest: 5, 6"),
        ("".join(f"{row},.1,.1,.1\n" for row in (0, 1, 2, 3, 4, 4)), "1 rows come twice: 4"),
        (".1,.1,.1\n" * 4, "1 rows are missing"),
        (".1,.1,.1\n" * 6, "1 rows are surplus"),
        (".1,.1,.1\n" * 4 + ".1,nan,.1\n", r"row 4 \(views-0002.npy: view 0 of 4.png\)"),
        (".1,.1\n" * 5, "2 numbers in line 1"),
    ],
)
def test_rows_that_are_missing_surplus_double_or_no_number_are_named(
    manifest: Manifest, tmp_path: Path, lines: str, words: str
) -> None:
    (tmp_path / "all.csv").write_text(lines)
    with pytest.raises(EngineError, match=words):
        _read(tmp_path / "all.csv", manifest)


def test_files_that_are_missing_or_surplus_are_named(manifest: Manifest, scores: Numbers, tmp_path: Path) -> None:
    _write(tmp_path, scores)
    (tmp_path / "scores-0001.npy").rename(tmp_path / "scores-0007.npy")
    with pytest.raises(EngineError, match="1 of 3 files of scores are missing, scores-0001"):
        _read(tmp_path, manifest)
    np.save(tmp_path / "scores-0001.npy", scores[2:4])
    with pytest.raises(EngineError, match="scores-0007"):
        _read(tmp_path, manifest)
