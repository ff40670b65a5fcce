"""``python -m clsbench.new``: what it writes works as it is with --config-dir, and is never written over anything."""

import shutil
from pathlib import Path

import pytest
from command_line import Cli

from clsbench.config import CONF
from clsbench.new.__main__ import main

DEMO = CONF.parent / "src" / "clsbench" / "demo"


def _new(tmp_path: Path, group: str, name: str) -> tuple[str, ...]:
    assert main([group, name, "--config-dir", str(tmp_path / "mine")]) == 0
    return ("--config-dir", str(tmp_path / "mine"))


def _edited(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)


def test_a_model_that_is_filled_in_has_the_demos_own_error(tmp_path: Path, clsbench: Cli) -> None:
    options = _new(tmp_path, "model", "mine")
    for name in ("digits.prototxt", "digits.caffemodel"):
        shutil.copy(DEMO / name, tmp_path)
    images = [f"{each.parent.name}/{each.name} {each.parent.name}" for each in sorted((DEMO / "images").glob("*/*"))]
    (tmp_path / "val.txt").write_text("\n".join(images))
    _edited(
        tmp_path / "mine" / "model" / "mine.yaml",
        ("prototxt: deploy.prototxt ", f"prototxt: {tmp_path}/digits.prototxt "),
        ("weights: mine.caffemodel", f"weights: {tmp_path}/digits.caffemodel"),
        ("override /preprocessing: caffe ", "override /preprocessing: digits "),
        ("{crop_size: 224, base_size: 256}", "{crop_size: 28, base_size: 32}"),
        ("root: images", f"root: {DEMO}/images"),
        ("list: val.txt", f"list: {tmp_path}/val.txt"),
    )
    ended = clsbench(*options, "model=mine")
    assert ended.code == 0, ended.said
    assert ended.run.data.params["model"] == "mine"
    assert ended.run.data.metrics["images"] == 382
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * 7 / 382)


@pytest.mark.parametrize(("group", "param"), [("preprocessing", "mine"), ("crop", "multi144")])
def test_a_preprocessing_and_a_crop_work_as_they_are(tmp_path: Path, clsbench: Cli, group: str, param: str) -> None:
    ended = clsbench(*_new(tmp_path, group, "mine"), f"{group}=mine", "limit=4")
    assert ended.code == 0, ended.said
    assert ended.run.data.params[group] == param


def test_an_experiment_sweeps_as_it_is(tmp_path: Path, clsbench: Cli) -> None:
    ended = clsbench("-m", *_new(tmp_path, "experiment", "mine"), "experiment=mine", "limit=10")
    assert ended.code == 0, ended.said
    assert "4 cells: 4 finished" in ended.said


def test_a_mistyped_name_is_told_with_ones_own_files(tmp_path: Path, clsbench: Cli) -> None:
    ended = clsbench(*_new(tmp_path, "model", "mine-a"), "model=minea")
    assert ended.code == 1
    assert "model=minea: no such model; did you mean mine-a" in ended.said


def test_nothing_is_written_over_and_no_option_of_the_package_is_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _new(tmp_path, "model", "mine")
    for name, said in (
        ("mine", "already exists"),
        ("resnet50", "clsbench's own"),
        ("../x", "a name consists of letters"),
    ):
        assert main(["model", name, "--config-dir", str(tmp_path / "mine")]) == 2
        assert said in capsys.readouterr().err
