"""``python -m clsbench.weights`` as a user calls it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from clsbench.config import CONF
from clsbench.weights.command_line import main
from clsbench.weights.mapping import source_shapes
from clsbench.weights.mappings import mapping_of
from clsbench.zoo.catalogue import generated, read_catalogue


@pytest.fixture(scope="module")
def state_dict(tmp_path_factory: pytest.TempPathFactory) -> Path:
    net = generated(read_catalogue(CONF / "model")["resnet18-priv"])
    path = tmp_path_factory.mktemp("given") / "mine.safetensors"
    shapes = source_shapes(net, mapping_of(net.name, "timm"))
    save_file({name: np.ones(shape, np.float32) for name, shape in shapes.items()}, path)
    return path


def convert(*arguments: object) -> int:
    return main(["convert", "resnet18-priv", *map(str, arguments)])


def test_the_table_has_each_network_and_says_what_is_there(
    tmp_path: Path, state_dict: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert convert("--state-dict", state_dict, "--output", tmp_path / "resnet18-priv.caffemodel") == 0
    (tmp_path / "wrn50-2.caffemodel").write_bytes(b"plain")
    (tmp_path / "dpn-92.caffemodel").write_bytes(b"weights")
    (tmp_path / "dpn-92.caffemodel.json").write_text("{}")
    capsys.readouterr()
    assert main(["--weights", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    for name in read_catalogue(CONF / "model"):
        assert name in said
    assert "44.6 MiB, mine.safetensors (same architecture)" in said
    assert "0.0 MiB, no sidecar" in said
    assert "but dpn-92.caffemodel.json is not its" in said
    assert "19.97 at timm, 20.81 published: not the same weights" in said
    assert "https://pan.baidu.com/s/1gf5wsLl" in said


def test_there_and_back(tmp_path: Path, state_dict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    caffemodel, back = tmp_path / "r.caffemodel", tmp_path / "b.safetensors"
    assert convert("--state-dict", state_dict, "--output", caffemodel) == 0
    assert f"{caffemodel}: mine.safetensors (same architecture); r.caffemodel.json says" in capsys.readouterr().out
    assert convert("--reverse", "--caffemodel", caffemodel, "--output", back) == 0
    assert f"{back}: timm's names, red first" in capsys.readouterr().out
    again = tmp_path / "again.caffemodel"
    assert convert("--state-dict", back, "--output", again, "--from", "timm") == 0
    assert again.read_bytes() == caffemodel.read_bytes()


WRONG: dict[str, tuple[list[str], str]] = {
    "no state dict": (["--output", "{}/x.caffemodel"], "give --state-dict FILE"),
    "a file that is not there": (["--state-dict", "none.pth", "--output", "{}/x.caffemodel"], "there is no such file"),
    "both ways": (["--reverse", "--state-dict", "x", "--output", "{}/x.pth"], "give no --state-dict"),
    "no caffemodel": (["--reverse", "--caffemodel", "none", "--output", "{}/x.pth"], "there is no such file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_done_is_one_line_and_nothing_written(
    nothing_in: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, message = WRONG[case]
    assert convert(*(each.format(nothing_in) for each in arguments)) == 2
    said = capsys.readouterr().err.strip()
    assert message in said
    assert "Traceback" not in said
    assert not list(nothing_in.iterdir())


def test_an_unknown_network_is_met_with_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["get", "se-resnet51"]) == 2
    assert "did you mean se-resnet50" in capsys.readouterr().err


def test_get_puts_the_weights_where_the_model_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    def got(wanted: Any) -> None:
        asked.append(wanted)

    monkeypatch.setattr("clsbench.weights.command_line.got", got)
    monkeypatch.setattr("clsbench.weights.command_line._show", lambda *_: None)
    assert main(["get", "SE-ResNet-50", "--weights", str(tmp_path)]) == 0
    assert main(["--weights", str(tmp_path), "get", "se-resnet50", "--from", "published"]) == 0
    assert [each.origin for each in asked] == ["hub", "published"]
    assert {each.output for each in asked} == {tmp_path / "se-resnet50.caffemodel"}
    (tmp_path / "se-resnet50.caffemodel").write_bytes(b"mine")
    assert main(["get", "se-resnet50", "--weights", str(tmp_path)]) == 2
    assert "--replace overwrites it" in capsys.readouterr().err
    assert main(["get", "se-resnet50", "--weights", str(tmp_path), "--replace"]) == 0
