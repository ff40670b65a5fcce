"""tools/gpu_check.py where there is no GPU: the same code on the CPU, on little data."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gpu_bench import Bench
from gpu_check import SECONDS, ended
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


def test_what_a_step_found_until_its_time_ran_out_is_kept(tmp_path: Path) -> None:
    Bench("cpu", quick=True, folder=tmp_path, step="zoo").keep({"squeezenet-v1.0 standard": "alike"})
    found = json.loads((tmp_path / "zoo.json").read_text())
    (tmp_path / "machine.json").write_text('{"date": "2026-11-30", "device": "a GPU", "cores": 2, "python": "3.12"}')
    (tmp_path / "zoo.json").write_text(json.dumps({"rc": "out of time", "seconds": 90.0, "result": found}))
    made = page(tmp_path, {"zoo": "Are they alike?"})
    assert "**out of time**: what it found until then." in made
    assert "| squeezenet-v1.0 standard | alike |" in made


def test_a_step_that_is_out_of_time_leaves_no_process_behind(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    assert ended(["sh", "-c", f"sleep 600 & echo $! > {pid}; wait"], 3) == {"rc": "out of time"}
    child = Path("/proc", pid.read_text().strip(), "stat")
    # what is left of it is at most a zombie, which whoever inherited it has not buried yet
    assert not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_step_that_fails_tells_what_it_said_and_one_without_time_is_not_started(tmp_path: Path) -> None:
    assert ended(["sh", "-c", "echo why >&2; exit 3"], 60) == {"rc": 3, "said": "why\n"}
    assert ended(["sh", "-c", "exit 0"], 60) == {"rc": 0}
    assert ended(["touch", str(tmp_path / "started")], 0) == {"rc": "out of time"}
    assert not (tmp_path / "started").exists()
