"""ONNX Runtime's profile: what it writes, and what we make of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.engines.onnxruntime.profile import node_times
from clsbench.engines.timed import LayerTime


def _event(name: str, start: int, microseconds: int, operator: str = "") -> dict[str, Any]:
    return {"name": name, "ts": start, "dur": microseconds, "args": {"op_name": operator}}


def test_warm_up_runs_are_left_out_and_names_lose_what_the_runtime_added(tmp_path: Path) -> None:
    events = [
        _event("model_loading", 0, 5),
        _event("conv_nchwc_kernel_time", 11, 900, "Conv"),
        _event("model_run", 10, 1000),
        _event("conv_nchwc_kernel_time", 1101, 200, "Conv"),
        _event("fused fc_kernel_time", 1302, 100, "FusedGemm"),
        _event("ReorderOutput_token_7_kernel_time", 1403, 50, "ReorderOutput"),
        _event("ReorderOutput_kernel_time", 1454, 30, "ReorderOutput"),
        _event("model_run", 1100, 400),
        _event("conv_nchwc_kernel_time", 2001, 400, "Conv"),
        _event("fused fc_kernel_time", 2402, 100, "FusedGemm"),
        _event("model_run", 2000, 600),
    ]
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(events))
    assert node_times(path, 1) == [
        LayerTime("conv", "Conv", 0.3),
        LayerTime("fc", "FusedGemm", 0.1),
        LayerTime("ReorderOutput", "ReorderOutput", 0.04),
    ]


def test_a_real_profile_has_every_node(
    small: Any, onnx_runtime: OnnxRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    times = onnx_runtime.profile(small.network, small.views(2), 5)
    assert {"Gemm", "Softmax"} <= {each.type for each in times}
    assert all(each.forward_ms >= 0 for each in times)
    assert set(tmp_path.iterdir()) == before  # no profile is left behind


def test_without_a_profile_nothing_is_written(
    small: Any, onnx_runtime: OnnxRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with onnx_runtime.open(small.network) as predictor:
        predictor(small.views(1))
    assert not list(tmp_path.glob("*profile*"))


@pytest.mark.parametrize("iterations", [1, 3])
def test_times_are_means_whatever_the_number_of_runs(small: Any, onnx_runtime: OnnxRuntime, iterations: int) -> None:
    assert sum(each.forward_ms for each in onnx_runtime.profile(small.network, small.views(1), iterations)) < 1000
