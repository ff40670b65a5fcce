"""int8 on OpenVINO: quantised by NNCF or by ONNX Runtime, and really computed in int8."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from command_line import Cli
from installed import need
from onnx import TensorProto
from onnx_classifiers import OnnxClassifier
from small_views import SmallViews

from clsbench.caffe.random_weights import with_random_weights
from clsbench.engines.onnxruntime.quantise import quantise as by_onnxruntime
from clsbench.engines.openvino.engine import OpenVino
from clsbench.engines.openvino.quantise import nncf_version
from clsbench.engines.openvino.quantise import quantise as by_nncf
from clsbench.engines.quantisation import Quantisation
from clsbench.errors import ConfigError, EngineError, MissingEngineError
from clsbench.onnx_export import export_onnx
from clsbench.zoo.fitting import fitted
from clsbench.zoo.resnet import resnet18

MINMAX = Quantisation("minmax", 99.999, (), exclude_first=False, exclude_last=False)
VIEWS = SmallViews(6, (3, 64, 64), 1.0)


@dataclass(frozen=True)
class File:
    """A network of which there is an ONNX file alone."""

    path: Path
    output: str
    classes: int
    input_shape: tuple[int, int, int]

    def onnx(self) -> Path:
        return self.path

    def prototxt(self) -> Path:
        raise AssertionError

    def caffemodel(self) -> Path:
        raise AssertionError


@pytest.fixture
def engine(need_openvino: None) -> OpenVino:
    return OpenVino(device="cpu", precision="fp32", threads=1, streams=1, batch_size=None)


@pytest.fixture
def network(tmp_path: Path) -> File:
    """ResNet-18 for views of 64 pixels, with random weights."""
    path = tmp_path / "fp32.onnx"
    export_onnx(with_random_weights(fitted(resnet18(), 64), 0, 1.0), path)
    return File(path, str(onnx.load(path).graph.output[0].name), 1000, (3, 64, 64))


def test_nncfs_network_keeps_its_names_and_nearly_its_scores(engine: OpenVino, network: File, tmp_path: Path) -> None:
    need("nncf")
    before = onnx.load(network.path)
    excluded = [node.name for node in before.graph.node if node.op_type == "Conv"][2]
    by_nncf(network.path, tmp_path / "int8.onnx", VIEWS, replace(MINMAX, exclude=(excluded,)))
    after = onnx.load(tmp_path / "int8.onnx")
    assert {node.name for node in before.graph.node} <= {node.name for node in after.graph.node}
    assert sum(tensor.data_type == TensorProto.INT8 for tensor in after.graph.initializer) >= 20
    (kept,) = (node for node in after.graph.node if node.name == excluded)
    assert kept.input[1] in {tensor.name for tensor in after.graph.initializer if tensor.data_type == TensorProto.FLOAT}
    _assert_close(engine, network, tmp_path / "int8.onnx", expected="20 of 21")


def test_onnx_runtimes_network_runs_in_int8_too(engine: OpenVino, network: File, tmp_path: Path) -> None:
    by_onnxruntime(network.path, tmp_path / "int8.onnx", VIEWS, MINMAX)
    _assert_close(engine, network, tmp_path / "int8.onnx", expected="")


def _assert_close(engine: OpenVino, network: File, path: Path, expected: str) -> None:
    with engine.open(network) as predictor:
        exact = predictor(VIEWS.all())
    with replace(engine, precision="int8").open(replace(network, path=path)) as predictor:
        rounded = predictor(VIEWS.all())
        assert predictor.description.precision == "int8"
        assert expected in predictor.description.precision_note
        assert expected or "layers with weights" not in predictor.description.precision_note
    assert not np.array_equal(exact, rounded)
    assert np.corrcoef(np.log(exact).ravel(), np.log(rounded).ravel())[0, 1] > 0.98


def test_a_network_in_fp32_is_not_called_int8(engine: OpenVino, tmp_path: Path) -> None:
    file = File(OnnxClassifier().written(tmp_path / "net.onnx"), "scores", 10, (3, 8, 8))
    with pytest.raises(EngineError, match="is not quantised"), replace(engine, precision="int8").open(file):
        pass


def test_nncf_is_refused_before_any_work_where_it_lacks_the_method_or_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ConfigError, match=r"calibration\.method=entropy quantisation\.tool=nncf"):
        nncf_version(replace(MINMAX, method="entropy"))
    monkeypatch.setitem(__import__("sys").modules, "nncf", None)
    with pytest.raises(MissingEngineError, match=r"clsbench\[int8\].*quantisation\.tool=onnxruntime"):
        nncf_version(MINMAX)


def test_the_demo_in_int8_on_openvino(need_openvino: None, clsbench: Cli) -> None:
    tool = ["quantisation.tool=onnxruntime", "calibration.images=100"]
    ended = clsbench("engine=openvino", "precision=int8", *tool)
    assert ended.code == 0, ended.said
    assert (ended.run.data.params["precision"], ended.run.data.params["engine"]) == ("int8", "openvino")
    assert ended.run.data.params["calibration"] == "minmax, 100 images of digits"
    assert ended.run.data.metrics["top1_error"] < 6
