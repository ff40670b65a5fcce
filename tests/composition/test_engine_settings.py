"""``engines.NAME.KEY`` sets an engine that is chosen, swept over, or compared."""

from pathlib import Path

import pytest
from command_line import Cli, cli


def _threads(clsbench: Cli, *overrides: str) -> list[str]:
    ended = clsbench(*overrides, "limit=5")
    assert ended.code == 0, ended.said
    return sorted(run.data.params["threads"] for run in ended.runs)


@pytest.mark.parametrize(
    ("overrides", "threads"),
    [
        (["engines.onnxruntime.threads=1"], ["1"]),
        (["engines.onnxruntime.threads=2", "engine.threads=1"], ["1"]),
        (["-m", "engine=onnxruntime,opencv", "engines.opencv.threads=1", "engines.onnxruntime.threads=2"], ["1", "2"]),
        (["engines.opencv.threads=7", "engine.threads=1"], ["1"]),
    ],
)
def test_it_holds_for_its_engine_alone_and_the_chosen_engines_own_word_wins(
    clsbench: Cli, overrides: list[str], threads: list[str]
) -> None:
    assert _threads(clsbench, *overrides) == threads


def test_it_is_the_same_evaluation_as_with_the_engines_own_word(clsbench: Cli) -> None:
    assert _threads(clsbench, "engine.threads=1") == ["1"]
    assert _threads(clsbench, "engines.onnxruntime.threads=1") == ["1"]  # one run: the second was skipped


def test_agree_takes_the_interpreter_of_an_engine_that_is_not_the_chosen_one(
    tmp_path: Path, caffe_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree = cli("clsbench.agree", tmp_path)
    compared = ("engines=onnxruntime,caffe", "limit=5")
    ended = agree(*compared, f"engines.caffe.python={caffe_python}")
    assert ended.code == 0, ended.said
    wrong = agree(*compared, "engines.caffe.python=/no/python")
    assert wrong.code == 1
    assert "engine.python=/no/python: no such program" in " ".join(wrong.said.split())


def test_a_mistyped_setting_is_one_line_with_the_nearest_name(clsbench: Cli) -> None:
    ended = clsbench("engines.caffe.pyton=x")
    assert ended.code == 1
    assert "engines.caffe.pyton: there is no such setting; did you mean engines.caffe.python" in ended.said
