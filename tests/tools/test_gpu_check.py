"""tools/gpu_check.py where there is no GPU: the same code on the CPU, on little data."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gpu_check import SECONDS
from gpu_page import page
from gpu_steps import STEPS

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.mark.shared
def test_every_step_comes_to_its_end_and_makes_its_part_of_the_page(
    shared: Path, need_torch: None, tmp_path: Path
) -> None:
    command = [sys.executable, str(TOOLS / "gpu_check.py"), "--out", str(tmp_path), "--device", "cpu", "--quick"]
    own = {**os.environ, "CLSBENCH_SHARED": str(shared)}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS + 60, env=own)
    told = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in STEPS}
    assert ended.returncode == 0, told
    for crop in ("single", "multi12"):
        assert told["fp32"]["result"][crop]["images"] == 12
        assert told["fp32"]["result"][crop]["other_best_class"] == []
    bf16 = told["precisions"]["result"]["bf16"]
    assert bf16["largest_difference"] > told["fp32"]["result"]["single"]["largest_difference"]
    assert all(network["same_best_class"] for network in told["zoo"]["result"].values())
    assert told["times"]["result"]["resnet18-priv"]["backward_ms_p50"] > 0
    evaluated = told["evaluations"]["result"]
    assert evaluated["decode alone"]["images_per_second"] > 0
    assert evaluated["squeezenet-v1.0 fp32 multi12"]["images_per_second"] > 0

    form = told["forms"]["result"]["squeezenet-v1.0 fp32 channels first"]
    assert form["same_best_class"]
    assert form["ms_a_view"] > 0

    made = page(tmp_path, {name: step.__doc__ or "" for name, (step, _) in STEPS.items()})
    assert all(f"## {name}" in made for name in STEPS)
    assert "| resnet18-priv | forward_ms_p50 " in made


def test_a_step_without_a_result_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text('{"date": "2026-11-30", "device": "a GPU", "cores": 2, "python": "3.12"}')
    (tmp_path / "fp32.json").write_text('{"rc": "out of time", "seconds": 60.1}')
    made = page(tmp_path, {"fp32": "Is it right?", "times": "Is it fast?"})
    assert "**out of time**: no result." in made
    assert "**not run**: no result." in made


def test_the_steps_may_take_no_longer_than_all_of_them_may() -> None:
    assert max(seconds for _, seconds in STEPS.values()) < SECONDS
