import sys
from typing import Any

import pytest
from gpu_build import GpuBuild


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Plays a build that has some providers, of which some work."""

    def play(built: list[str], working: list[str]) -> GpuBuild:
        played = GpuBuild(built, working)
        monkeypatch.setitem(sys.modules, "onnxruntime", played)
        monkeypatch.setitem(sys.modules, "tensorrt", None)
        monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "")
        monkeypatch.delenv("NVIDIA_TF32_OVERRIDE")
        return played

    return play
