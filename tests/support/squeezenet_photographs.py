"""SqueezeNet on some of the sample photographs, scored by real pycaffe and by ONNX Runtime: the judges of engines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.sizes import with_input_size
from clsbench.caffe.weights import attach
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.onnx_export import export_onnx

_COUNT = 12
_MEAN = (104.0, 117.0, 123.0)  # BGR, as SqueezeNet was trained


@dataclass(frozen=True)
class SqueezeNet:
    """The network's files."""

    folder: Path
    exported: Path
    input_shape: tuple[int, int, int] = (3, 227, 227)
    output: str = "prob"
    classes: int = 1000

    def onnx(self) -> Path:
        return self.exported

    def prototxt(self) -> Path:
        return self.folder / "deploy.prototxt"

    def caffemodel(self) -> Path:
        return self.folder / "squeezenet_v1.0.caffemodel"


@dataclass(frozen=True)
class Photographs:
    """``views`` (batch, channel, height, width), and the probabilities (batch, class) of two engines."""

    network: SqueezeNet
    views: NDArray[np.float32]
    pycaffe: NDArray[np.float32]
    onnx_runtime: NDArray[np.float32]

    def assert_same(self, scores: NDArray[np.float32], tolerance: float, count: int = _COUNT) -> None:
        """The scores of the first ``count`` views are those of both to within ``tolerance``, winner included."""
        for expected in (self.pycaffe, self.onnx_runtime):
            assert scores.shape == expected[:count].shape
            np.testing.assert_allclose(scores, expected[:count], rtol=0, atol=tolerance)
            np.testing.assert_array_equal(scores.argmax(1), expected[:count].argmax(1))


@pytest.fixture(scope="session")
def photographs(shared: Path, caffe_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Photographs]:
    """Every 25th of the 300 photographs."""
    network = SqueezeNet(shared / "squeezenet", tmp_path_factory.mktemp("squeezenet") / "squeezenet.onnx")
    net = with_input_size(read_prototxt(network.prototxt()), network.input_shape[1])
    export_onnx(attach(net, read_caffemodel(network.caffemodel()), "SqueezeNet"), network.exported)
    files = sorted((shared / "imagenet_sample" / "images").glob("*.JPEG"))
    views = np.stack([_view(path) for path in files[:: len(files) // _COUNT][:_COUNT]])
    caffe = Caffe(device="cpu", precision="fp32", threads=1, processes=1, batch_size=1, python=str(caffe_python))
    onnx_runtime = OnnxRuntime(device="cpu", precision="fp32", threads=1, streams=1, batch_size=1, provider="auto")
    with caffe.open(network) as pycaffe, onnx_runtime.open(network) as judge:
        yield Photographs(network, views, pycaffe(views), judge(views))


def _view(path: Path) -> NDArray[np.float32]:
    image = cv2.imread(str(path))
    assert image is not None
    return (cv2.resize(image, (227, 227)).astype(np.float32) - _MEAN).transpose(2, 0, 1).astype(np.float32)
