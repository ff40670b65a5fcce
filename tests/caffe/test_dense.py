"""The scores of all places of a fully convolutional net."""

from pathlib import Path

import numpy as np
import pytest

from clsbench.caffe.dense import over_places
from clsbench.caffe.prototxt import parse_prototxt
from clsbench.caffe.shapes import output_of
from clsbench.errors import ConfigError
from clsbench.onnx_export import export_onnx

NET = (
    "input: 'data' input_shape { dim: 2 dim: 3 dim: 4 dim: 5 }"
    "layer { name: 'prob' type: 'Softmax' bottom: 'data' top: 'prob' }"
)


@pytest.mark.parametrize("dense", ["mean", "max"])
def test_they_become_their_mean_or_their_largest(dense: str, tmp_path: Path) -> None:
    import onnxruntime

    net = over_places(parse_prototxt(NET, "net"), dense)
    assert output_of(net) == (f"prob_{dense}", (2, 3, 1, 1))
    export_onnx(net, tmp_path / "net.onnx")
    views = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype(np.float32)
    (scores,) = onnxruntime.InferenceSession(tmp_path / "net.onnx").run(None, {"data": views})
    softmax = np.exp(views) / np.exp(views).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.reshape(scores, (2, 3)), getattr(softmax, dense)(axis=(2, 3)), rtol=1e-5)


def test_another_word_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"model.dense=median: choose mean or max, or null"):
        over_places(parse_prototxt(NET, "net"), "median")
