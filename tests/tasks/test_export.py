"""task=export: two files that other tools read, and a run that names them."""

from pathlib import Path

import onnx
import pytest
from command_line import Cli
from onnx import TensorProto

from clsbench.caffe.prototxt import read_prototxt


def test_the_demo_is_exported_as_prototxt_and_onnx(clsbench: Cli) -> None:
    ended = clsbench("task=export")
    assert ended.code == 0, ended.said
    folder = ended.outputs / "exports"
    assert {file.name for file in folder.iterdir()} == {"digits-28.prototxt", "digits-28.onnx"}
    onnx.checker.check_model(str(folder / "digits-28.onnx"), full_check=True)
    assert next(iter(read_prototxt(folder / "digits-28.prototxt").inputs.values())) == (1, 3, 28, 28)
    assert ended.run.info.status == "FINISHED"
    assert ended.run.data.metrics["parameters"] > 0
    assert ended.artifact("network.prototxt").is_file()


def test_a_zoo_network_without_weights_is_exported_with_random_ones_and_says_so(clsbench: Cli, tmp_path: Path) -> None:
    ended = clsbench("task=export", "model=resnet10-1x32d", f"paths.weights={tmp_path}", f"task.output={tmp_path}/out")
    assert ended.code == 0, ended.said
    assert "random weights" in ended.said
    assert (tmp_path / "out" / "resnet10-1x32d-224-random-weights.onnx").is_file()
    assert ended.run.data.tags["weights"] == "random"


def test_an_alias_is_the_network_that_it_names(clsbench: Cli, tmp_path: Path) -> None:
    ended = clsbench("task=export", "model=resnet50_1x128d", f"paths.weights={tmp_path}")
    assert ended.code == 0, ended.said
    assert ended.run.data.params["model"] == "wrn50-2"


def test_in_int8_and_fp16_the_demo_is_exported_with_caffes_layer_names(clsbench: Cli, tmp_path: Path) -> None:
    for precision in ("fp32", "fp16", "int8"):
        ended = clsbench("task=export", f"precision={precision}", "calibration.images=20", f"task.output={tmp_path}")
        assert ended.code == 0, ended.said
        assert ended.runs[0].data.params["precision"] == precision
    files = {name: tmp_path / f"digits-28{name}.onnx" for name in ("", "-fp16", "-int8")}
    read = {name: onnx.load(file) for name, file in files.items()}
    names = {node.name for node in read[""].graph.node}
    for model in read.values():
        onnx.checker.check_model(model, full_check=True)
        assert names <= {node.name for node in model.graph.node}
        assert [value.name for value in model.graph.output] == [value.name for value in read[""].graph.output]
    assert {tensor.data_type for tensor in read["-fp16"].graph.initializer} <= {TensorProto.FLOAT16, TensorProto.INT64}
    assert TensorProto.INT8 in {tensor.data_type for tensor in read["-int8"].graph.initializer}
    assert len(ended.runs) == len({run.data.tags["fingerprint"] for run in ended.runs}) == 3


@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_what_was_exported_has_the_accuracy_of_its_network(clsbench: Cli, tmp_path: Path, precision: str) -> None:
    clsbench("task=export", f"precision={precision}", "calibration.images=100", f"task.output={tmp_path}")
    own = [f"model.onnx={tmp_path}/digits-28-{precision}.onnx", "preprocessing=digits", "dataset=digits"]
    ended = clsbench(*own, "model.label_order=null", f"precision={'int8' if precision == 'int8' else 'fp32'}")
    assert ended.code == 0, ended.said
    assert ended.runs[0].data.metrics["top1_error"] == pytest.approx(1.83, abs=1.5)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["precision=bf16"], ["task=export precision=bf16", "fp32, fp16, int8"]),
        (["model=resnet10-1x32d", "precision=int8", "model.weights=random"], ["dataset.root", "calibration.list"]),
        (["model=resnet10-1x32d", "model.weights=typo.caffemodel"], ["typo.caffemodel"]),
        (["model=inception-v4", "crop_size=310"], ["310", "300"]),
        (["model=custom"], ["model.prototxt=FILE"]),
        (["model.prototxt=other.prototxt"], ["model=custom"]),
    ],
)
def test_what_cannot_be_exported_is_one_clear_error(clsbench: Cli, overrides: list[str], words: list[str]) -> None:
    ended = clsbench("task=export", *overrides)
    assert ended.code == 1
    for word in words:
        assert word in ended.said
    assert "Traceback" not in ended.said
