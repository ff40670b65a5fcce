"""task=export: two files that other tools read, and a run that names them."""

from pathlib import Path

import onnx
import pytest
from command_line import Cli

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


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
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
