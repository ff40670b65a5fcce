"""PyTorch on a GPU, and what it says where there is none."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import squeezenet_photographs
from squeezenet_photographs import Photographs

from clsbench.engines.torch.engine import Torch
from clsbench.errors import ConfigError, EngineError

photographs = squeezenet_photographs.photographs


@pytest.fixture
def no_gpu(torch: Torch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_without_a_gpu_is_an_error_that_says_what_to_check(torch: Torch, small: Any, device: str) -> None:
    with (
        pytest.raises(EngineError, match=f"device={device}: PyTorch .* finds 0 GPUs here; check nvidia-smi"),
        replace(torch, device=device).open(small.network),
    ):
        pass


@pytest.mark.parametrize("more", [{"precision": "fp16"}, {"precision": "tf32"}, {"cuda_graphs": True}])
def test_what_only_a_gpu_can_do_is_refused_on_the_cpu(
    torch: Torch, small: Any, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    with pytest.raises(EngineError, match="on a GPU only"):
        replace(torch, **more)
    opened = replace(torch, device="auto", **more)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(EngineError, match="on a GPU only"), opened.open(small.network):
        pass


def test_a_recording_is_for_one_stream(torch_settings: Torch) -> None:
    with pytest.raises(ConfigError, match=r"set engine\.streams=1"):
        replace(torch_settings, device="cuda", cuda_graphs=True, streams=2)


class _Opened:
    def __init__(self, description: Any) -> None:
        self.description = description

    def stop(self) -> None:
        pass


def test_a_gpu_is_used_as_it_is_numbered(torch: Torch, small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch as package

    monkeypatch.setattr(package.cuda, "is_available", lambda: True)
    monkeypatch.setattr(package.cuda, "device_count", lambda: 2)
    # a device without memory takes the place of the GPU
    monkeypatch.setattr(Torch, "_predictor", lambda self, package, description, *_: _Opened(description))
    for device, used in {"auto": "cuda:0", "cuda": "cuda:0", "cuda:1": "cuda:1"}.items():
        with replace(torch, device=device).open(small.network) as predictor:
            description = predictor.description
        assert (description.device, description.streams, description.batch_size) == (used, 2, 32)
        assert {"cuda", "cudnn"} <= set(description.versions)
    with pytest.raises(EngineError, match=r"device=cuda:2: PyTorch .* finds 2 GPUs"):
        replace(torch, device="cuda:2").open(small.network).__enter__()


def test_tf32_that_the_environment_turns_off_is_refused(torch: Torch, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch as package

    # a GPU that is none: the environment is looked at before anything is opened
    monkeypatch.setattr(package.cuda, "is_available", lambda: True)
    monkeypatch.setattr(package.cuda, "device_count", lambda: 1)
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "0")
    assert replace(torch, device="cuda").identity()["device"] == "cuda:0"
    with pytest.raises(EngineError, match="NVIDIA_TF32_OVERRIDE=0 in the environment turns it off"):
        replace(torch, device="cuda", precision="tf32").identity()


@pytest.mark.shared
@pytest.mark.pycaffe
@pytest.mark.parametrize(
    ("more", "tolerance"),
    [
        ({}, 1e-4),
        ({"channels_last": False}, 1e-4),
        ({"cuda_graphs": True}, 1e-4),
        ({"compile": True}, 1e-4),
        ({"precision": "tf32"}, 0.005),
        ({"precision": "fp16"}, 0.02),
        ({"precision": "fp16", "cuda_graphs": True}, 0.02),
        ({"precision": "bf16"}, 0.05),
    ],
)
def test_photographs_get_the_same_probabilities_on_a_gpu(
    torch: Torch, photographs: Photographs, more: dict[str, Any], tolerance: float
) -> None:
    import torch as package

    if not package.cuda.is_available():
        pytest.skip("no GPU that PyTorch can use")
    with replace(torch, device="cuda", **more).open(photographs.network) as predictor:
        for count in (12, 5, 12):
            scores = predictor(photographs.views[:count])
            np.testing.assert_allclose(scores, photographs.pycaffe[:count], rtol=0, atol=tolerance)


def test_gradients_and_the_times_of_nodes_on_a_gpu(torch: Torch, small: Any) -> None:
    import torch as package

    if not package.cuda.is_available():
        pytest.skip("no GPU that PyTorch can use")
    images = []
    for device in ("cpu", "cuda"):
        with replace(torch, device=device).open_backward(small.network) as predictor:
            predictor(small.views(3))
            predictor.backward()
            images.append(predictor.images.grad.cpu().numpy())
    np.testing.assert_allclose(images[1], images[0], rtol=1e-3, atol=1e-6)
    with replace(torch, device="cuda").open_nested(small.network, backward=True) as predictor:
        predictor(small.views(3))
        times = predictor.nested()
    assert 0 < sum(times.forward_layers) <= times.forward_ms
    assert times.backward_ms is not None
