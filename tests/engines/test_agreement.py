"""Both engines on one real network."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.sizes import with_input_size
from clsbench.caffe.weights import attach
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.onnx_export.export import export_onnx


@dataclass(frozen=True)
class _SqueezeNet:
    source: Path
    folder: Path
    input_shape: tuple[int, int, int] = (3, 227, 227)
    output: str = "prob"
    classes: int = 1000

    def onnx(self) -> Path:
        path = self.folder / "squeezenet.onnx"
        net = with_input_size(read_prototxt(self.prototxt()), 227)
        export_onnx(attach(net, read_caffemodel(self.caffemodel()), "squeezenet"), path)
        return path

    def prototxt(self) -> Path:
        return self.source / "deploy.prototxt"

    def caffemodel(self) -> Path:
        return self.source / "squeezenet_v1.0.caffemodel"


@pytest.mark.shared
@pytest.mark.pycaffe
def test_the_engines_agree_on_squeezenet(shared: Path, tmp_path: Path, onnx_runtime: OnnxRuntime, caffe: Caffe) -> None:
    network = _SqueezeNet(shared / "squeezenet", tmp_path)
    views = np.random.default_rng(0).uniform(-120, 140, (4, 3, 227, 227)).astype(np.float32)
    with onnx_runtime.open(network) as one, caffe.open(network) as other:
        scores, reference = one(views), other(views)
        assert np.array_equal(scores.argmax(axis=1), reference.argmax(axis=1))
        assert np.abs(scores - reference).max() <= 1e-4
        np.testing.assert_allclose(reference.sum(axis=1), 1, atol=1e-5)
