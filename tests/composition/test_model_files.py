"""A file with a fixed batch decides how many views a forward has."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf
from onnx_classifiers import OnnxClassifier, Sides

from clsbench.composition.model_files import take_batch_of
from clsbench.errors import NetError
from clsbench.model.onnx_facts import read_onnx_facts


def _batch_size(folder: Path, batch: int | str, asked: int | None) -> int | None:
    sides: Sides = (batch, 3, 8, 8)
    path = OnnxClassifier(input=sides).written(folder / "net.onnx")
    cfg = OmegaConf.create({"batch_size": asked})
    take_batch_of(path, read_onnx_facts(path, None), cfg)
    taken: int | None = cfg.batch_size
    return taken


def test_a_batch_of_one_makes_batch_size_one(tmp_path: Path) -> None:
    assert _batch_size(tmp_path, 1, None) == 1
    assert _batch_size(tmp_path, 1, 1) == 1


def test_a_free_batch_leaves_batch_size_as_it_was(tmp_path: Path) -> None:
    assert _batch_size(tmp_path, "batch", None) is None
    assert _batch_size(tmp_path, "batch", 8) == 8


@pytest.mark.parametrize(("batch", "asked"), [(1, 8), (4, None), (4, 4)])
def test_any_other_fixed_batch_is_refused(tmp_path: Path, batch: int, asked: int | None) -> None:
    with pytest.raises(NetError, match=f"fixed at {batch}"):
        _batch_size(tmp_path, batch, asked)
