"""nvidia-smi's answer, from a program of that name, and NVML's, from a module in its place."""

import os
import sys
from pathlib import Path

import pytest
from made_up_nvml import made_up_nvml

from clsbench.timing.gpu import gpu_before, gpu_conditions, gpu_name, visible_gpus


@pytest.fixture(autouse=True)
def no_nvml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)


def _nvidia_smi(folder: Path, lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_clock_and_memory_are_those_of_the_visible_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _nvidia_smi(tmp_path, 'echo "$@" > "$0.asked"; echo "1980, 2048"', monkeypatch)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    assert gpu_conditions("cuda:1", None).metrics == {"gpu_mhz": 1980.0, "device_memory_mib": 2048.0}
    assert (tmp_path / "nvidia-smi.asked").read_text().strip().endswith("-i 5")


@pytest.mark.parametrize("lines", ["exit 9", "echo '[N/A], 12'", "echo"])
def test_what_it_does_not_tell_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    _nvidia_smi(tmp_path, lines, monkeypatch)
    assert gpu_conditions("cuda:0", None).metrics == {}


def test_without_the_program_and_on_a_cpu_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_conditions("cuda:0", None).metrics == {}
    assert gpu_conditions("cpu", None).metrics == {}


def test_a_gpu_has_its_name_where_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _nvidia_smi(tmp_path, "echo Tesla T4", monkeypatch)
    assert gpu_name("cuda:1") == "Tesla T4 (cuda:1)"
    _nvidia_smi(tmp_path, "exit 9", monkeypatch)
    assert gpu_name("cuda:1") == "cuda:1"


def test_nvml_tells_the_energy_between_two_moments_and_what_slows_the_gpu_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nvml = made_up_nvml(millijoules=[5000, 17500], reasons=0x24)
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,GPU-7f")
    before = gpu_before("cuda:0")
    conditions = gpu_conditions("cuda:0", before)
    assert conditions.metrics == {
        "gpu_mhz": 1980.0,
        "device_memory_mib": 2048.0,
        "gpu_process_mib": 512.0,
        "gpu_joules": 12.5,
    }
    assert conditions.slowed_by == ("its power limit", "its temperature")
    assert nvml.asked == [3, 3]
    gpu_before("cuda:1")
    assert nvml.asked[-1] == "GPU-7f"


def test_what_a_card_does_not_know_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", made_up_nvml(millijoules=[], reasons=0))
    conditions = gpu_conditions("cuda:0", gpu_before("cuda:0"))
    assert "gpu_joules" not in conditions.metrics
    assert conditions.slowed_by == ()


def test_where_nvml_does_not_start_nvidia_smi_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = made_up_nvml(millijoules=[], reasons=0)
    nvml.nvmlInit = nvml.fails
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    _nvidia_smi(tmp_path, 'echo "1980, 2048"', monkeypatch)
    assert gpu_before("cuda:0") is None
    assert gpu_conditions("cuda:0", None).metrics == {"gpu_mhz": 1980.0, "device_memory_mib": 2048.0}


@pytest.mark.parametrize(
    ("variable", "gpus"), [("3, 5", ["3", "5"]), ("", []), ("-1", []), ("GPU-7f,-1,2", ["GPU-7f"])]
)
def test_the_visible_gpus_are_those_of_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, gpus: list[str]
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    assert visible_gpus() == gpus


def test_without_the_variable_nvml_or_else_nvidia_smi_counts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    _nvidia_smi(tmp_path, "echo 0; echo 1", monkeypatch)
    assert visible_gpus() == ["0", "1"]
    nvml = made_up_nvml(millijoules=[], reasons=0)
    nvml.nvmlDeviceGetCount = lambda: 3
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    assert visible_gpus() == ["0", "1", "2"]
    monkeypatch.setitem(sys.modules, "pynvml", None)
    _nvidia_smi(tmp_path, "exit 9", monkeypatch)
    assert visible_gpus() == []
