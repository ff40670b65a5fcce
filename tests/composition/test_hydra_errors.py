"""A mistyped override is one line with the nearest names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Cli, cli

from clsbench.composition.hydra_errors import in_one_line


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("model=se_resnet50", "model=se_resnet50: no such model; did you mean se-resnet50"),
        ("engine=onnxruntim", "engine=onnxruntim: no such engine; did you mean onnxruntime?"),
        ("limitt=3", "limitt: there is no such setting; did you mean limit"),
        ("engine.pyton=3", "engine.pyton: there is no such setting; did you mean engine.python"),
        ("model.prototx=a", "model.prototx: there is no such setting; did you mean model.prototxt"),
        ("crop=", "crop=: no such crop; there are multi10, multi12, multi144, single"),
        ("crop_size=[1", "crop_size=[1: no viable alternative at input '[1'"),
        ("limit=abc", "Error merging override limit=abc; Value 'abc' of type 'str' could not be converted to Integer"),
    ],
)
def test_a_mistyped_override_is_one_line(clsbench: Cli, override: str, said: str) -> None:
    ended = clsbench(override)
    assert ended.code == 1
    assert ended.said.startswith(f"error: {said}")
    assert len(ended.said.strip().splitlines()) == 1


def test_in_a_sweep_too(clsbench: Cli) -> None:
    ended = clsbench("-m", "crop=single,mutli12", "limit=3")
    assert ended.code == 1
    assert "error: crop=mutli12: no such crop; did you mean multi12" in ended.said
    assert "search path" not in ended.said


def test_the_environment_variable_shows_all(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "clsbench", "limitt=3", f"paths.outputs={tmp_path}"],
        capture_output=True, text=True, check=False, env={**os.environ, "HYDRA_FULL_ERROR": "1"},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


def test_agree_says_it_likewise(tmp_path: Path) -> None:
    ended = cli("clsbench.agree", tmp_path)("tolerence=1")
    assert ended.code == 1
    assert "error: tolerence: there is no such setting; did you mean" in ended.said


def test_an_error_of_another_kind_is_its_first_line() -> None:
    assert str(in_one_line(ValueError("first\nsecond"))) == "first"
