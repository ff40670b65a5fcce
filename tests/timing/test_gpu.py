"""nvidia-smi's answer, from a program of that name."""

import os
from pathlib import Path

import pytest

from clsbench.timing.gpu import gpu_conditions, gpu_name


def _nvidia_smi(folder: Path, lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_clock_and_memory_are_those_of_the_visible_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _nvidia_smi(tmp_path, 'echo "$@" > "$0.asked"; echo "1980, 2048"', monkeypatch)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    assert gpu_conditions("cuda:1") == {"gpu_mhz": 1980.0, "device_memory_mib": 2048.0}
    assert (tmp_path / "nvidia-smi.asked").read_text().strip().endswith("-i 5")


@pytest.mark.parametrize("lines", ["exit 9", "echo '[N/A], 12'", "echo"])
def test_what_it_does_not_tell_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    _nvidia_smi(tmp_path, lines, monkeypatch)
    assert gpu_conditions("cuda:0") == {}


def test_without_the_program_and_on_a_cpu_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_conditions("cuda:0") == {}
    assert gpu_conditions("cpu") == {}


def test_a_gpu_has_its_name_where_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _nvidia_smi(tmp_path, "echo Tesla T4", monkeypatch)
    assert gpu_name("cuda:1") == "Tesla T4 (cuda:1)"
    _nvidia_smi(tmp_path, "exit 9", monkeypatch)
    assert gpu_name("cuda:1") == "cuda:1"
