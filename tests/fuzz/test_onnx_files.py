"""Damaged ONNX files, each opened in a process of its own first: one line, whatever onnx and the runtime make of it."""

import random
import sys
from pathlib import Path

import pytest
from mutated import mutated
from onnx_classifiers import OnnxClassifier

from clsbench.errors import NetError
from clsbench.model import onnx_fault
from clsbench.model.onnx_facts import read_onnx_facts
from clsbench.model.onnx_fault import fault_of

CASES = 24


def test_a_damaged_file_is_one_line_or_is_read(tmp_path: Path) -> None:
    chance = random.Random(3)
    sound = OnnxClassifier().written(tmp_path / "sound.onnx").read_bytes()
    path = tmp_path / "damaged.onnx"
    refusals = []
    for _ in range(CASES):
        path.write_bytes(mutated(sound, chance))
        try:
            read_onnx_facts(path, None)
        except NetError as error:
            refusals.append(str(error))
    assert 0 < len(refusals) < CASES
    assert all(str(path) in each and "\n" not in each for each in refusals)


def test_a_file_that_ends_the_process_which_opens_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = OnnxClassifier().written(tmp_path / "net.onnx")
    assert fault_of(path) is None
    dies = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
    monkeypatch.setattr(onnx_fault, "opening", lambda _: dies)  # there is no file that does so in every version
    with pytest.raises(NetError, match="it crashes the process that opens it, with signal 11"):
        read_onnx_facts(path, None)
