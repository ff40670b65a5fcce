"""The size of what an engine reads."""

from pathlib import Path

from onnx_classifiers import OnnxClassifier

from clsbench.cells.network import file_size
from clsbench.engines.given import Scores
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.model.onnx_facts import read_onnx_facts
from clsbench.model.onnx_model import OnnxModel


def test_weights_beside_an_onnx_file_count_and_scores_have_no_file(tmp_path: Path) -> None:
    path = OnnxClassifier(external=True).written(tmp_path / "net.onnx")
    (tmp_path / "weights.bin").write_bytes((tmp_path / "weights.bin").read_bytes() + bytes(2**20))
    model = OnnxModel("net", path, read_onnx_facts(path, None), (8, 8), 60.0)
    engine = OnnxRuntime("cpu", "fp32", None, None, None, "auto")
    assert 1 < file_size(engine, model)["network_mib"] < 1.01
    scores = Scores("cpu", "fp32", None, None, "float32", None, 0, softmax=False, timings=None, batch_size=None)
    assert file_size(scores, model) == {}
