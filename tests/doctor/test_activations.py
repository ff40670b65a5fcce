"""Which layer is wrong, on outputs made for it."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx_classifiers import OnnxClassifier

from clsbench.doctor.activations import first_complaint, statistics_of
from clsbench.engines.onnxruntime.blobs import blobs

SOUND = np.random.default_rng(0).standard_normal((2, 4, 5, 5), np.float32)


def _with(value: float) -> NDArray[np.float32]:
    changed = SOUND.copy()
    changed[1, 2, 3, 4] = value
    return changed


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (SOUND, ""),
        (_with(np.nan), "is not finite"),
        (_with(np.inf), "is not finite"),
        (np.zeros_like(SOUND), "is dead: all its values are 0"),
        (_with(3e7), "explodes: its largest value is 3e+07"),
        (np.stack([SOUND[0], SOUND[0]]), "hardly depends on the image: two differ by 0 %"),
    ],
)
def test_each_fault_has_its_words(values: NDArray[np.float32], complaint: str) -> None:
    assert statistics_of("conv1", values).complaint == complaint


def test_the_first_layer_with_a_fault_is_named() -> None:
    layers = [statistics_of("a", SOUND), statistics_of("b", np.zeros_like(SOUND)), statistics_of("c", _with(np.nan))]
    assert first_complaint(layers) == "layer b is dead: all its values are 0"
    assert first_complaint(layers[:1]) == ""


def test_blobs_are_what_each_node_writes(tmp_path: Path) -> None:
    path = OnnxClassifier().written(tmp_path / "small.onnx")
    views = np.random.default_rng(1).random((2, 3, 8, 8), np.float32)
    found = {blob.name: blob.values for blob in blobs(path, views)}
    assert list(found) == [name for node in onnx.load(path).graph.node for name in node.output]
    np.testing.assert_allclose(found["features"], views.mean(axis=(2, 3)), rtol=1e-5)
    np.testing.assert_allclose(found["scores"].sum(axis=1), 1, rtol=1e-5)
