"""An ONNX file as a model: what engines and the tracker are told of it."""

from pathlib import Path

import pytest
from onnx_classifiers import OnnxClassifier

from clsbench.errors import ConfigError, NetError
from clsbench.model.onnx_facts import read_onnx_facts
from clsbench.model.onnx_model import OnnxModel


def _model(path: Path, size: int = 8) -> OnnxModel:
    return OnnxModel("net", path, read_onnx_facts(path, None), (size, size), 60.0)


def test_engines_get_the_users_file_itself(tmp_path: Path) -> None:
    path = OnnxClassifier().written(tmp_path / "net.onnx")
    model = _model(path)
    model.check()
    assert model.onnx() == path
    assert (model.input_shape, model.output, model.classes) == ((3, 8, 8), "scores", 10)


def test_caffe_gets_nothing(tmp_path: Path) -> None:
    model = _model(OnnxClassifier().written(tmp_path / "net.onnx"))
    assert model.bvlc_text is None
    for ask in (model.prototxt, model.caffemodel):
        with pytest.raises(ConfigError, match="Caffe does not read ONNX"):
            ask()


def test_another_size_than_the_files_is_refused(tmp_path: Path) -> None:
    path = OnnxClassifier().written(tmp_path / "net.onnx")
    with pytest.raises(NetError, match="crop_size=8"):
        _model(path, 9).check()
    free = OnnxClassifier(input=("batch", 3, "height", "width")).written(tmp_path / "free.onnx")
    _model(free, 9).check()
    assert _model(free, 9).network_sha256 != _model(free, 10).network_sha256


def test_the_weights_checksum_follows_the_files_that_hold_them(tmp_path: Path) -> None:
    path = OnnxClassifier(external=True).written(tmp_path / "net.onnx")
    before = _model(path).weights_sha256
    weights = tmp_path / "weights.bin"
    weights.write_bytes(bytes(reversed(weights.read_bytes())))
    assert _model(path).weights_sha256 != before
