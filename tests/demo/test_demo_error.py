"""The demo's error is a real one: the same on both engines, and the one that its README states."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.composition.parts import Parts
from clsbench.data.dataset import Dataset

SIZES = ("standard", "large")
ScoresOf = Callable[..., NDArray[np.float32]]


def _stated(demo: Path, size: str) -> tuple[int, str]:
    """Misses, and the error in percent, from the table in the README."""
    row = re.search(rf"^\| {size} \|.*\| (\d+) \| ([\d.]+) \|$", (demo / "README.md").read_text(), re.MULTILINE)
    assert row
    return int(row[1]), row[2]


def _misses(scores: NDArray[np.float32], dataset: Dataset) -> int:
    return int((scores.argmax(axis=1) != [sample.label for sample in dataset.samples]).sum())


@pytest.mark.parametrize("size", SIZES)
def test_onnx_runtime_errs_as_often_as_the_readme_says(
    size: str, demo: Path, dataset: Dataset, scores_of: ScoresOf
) -> None:
    misses, error = _stated(demo, size)
    assert _misses(scores_of(f"size={size}"), dataset) == misses
    assert f"{100 * misses / len(dataset.samples):.3f}" == error


def test_the_default_size_errs_but_on_less_than_one_image_in_twenty(dataset: Dataset, scores_of: ScoresOf) -> None:
    assert 0 < _misses(scores_of("size=standard"), dataset) < len(dataset.samples) / 20


@pytest.mark.pycaffe
@pytest.mark.parametrize("size", SIZES)
def test_real_caffe_and_onnx_runtime_agree_on_every_image(size: str, caffe_python: Path, scores_of: ScoresOf) -> None:
    ours = scores_of(f"size={size}")
    real = scores_of(f"size={size}", "engine=caffe", f"engine.python={caffe_python}")
    assert np.array_equal(ours.argmax(axis=1), real.argmax(axis=1))
    assert np.abs(ours - real).max() <= 1e-4


@pytest.mark.parametrize("size", SIZES)
def test_both_pools_need_caffes_rounding(size: str, parts_of: Callable[..., Parts]) -> None:
    """A window hangs over the edge of each, so a runtime that rounds down gives another error."""
    side = parts_of(f"size={size}").model.input_shape[1]
    for _ in range(2):
        assert (side - 3) % 2
        side = (side - 3) // 2 + 2


@pytest.mark.parametrize("size", SIZES)
def test_the_scores_are_probabilities(size: str, scores_of: ScoresOf) -> None:
    scores = scores_of(f"size={size}")
    assert scores.min() >= 0
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)
