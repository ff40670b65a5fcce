"""The provider that runs the network is the one that was asked for. No GPU is needed: a build for one is played."""

from dataclasses import replace
from typing import Any

import onnxruntime as ort
import pytest
from gpu_build import CPU, CUDA, TENSORRT

from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.errors import ConfigError, EngineError


def test_cuda_with_a_cpu_build_is_an_error_that_names_the_gpu_package(onnx_runtime: OnnxRuntime, small: Any) -> None:
    if CUDA in ort.get_available_providers():
        pytest.skip("this ONNX Runtime is a GPU build")
    with pytest.raises(EngineError, match="onnxruntime-gpu"), replace(onnx_runtime, device="cuda").open(small.network):
        pass


def test_auto_takes_the_gpu_where_it_works(onnx_runtime: OnnxRuntime, small: Any, build: Any) -> None:
    played = build([CUDA], [CUDA])
    for device, index in (("auto", "0"), ("cuda", "0"), ("cuda:1", "1")):
        with replace(onnx_runtime, device=device).open(small.network) as predictor:
            description = predictor.description
        assert (description.device, description.streams, description.provider) == (f"cuda:{index}", 1, "cuda")
        ((name, options), last) = played.wishes[-1]
        assert (name, options["device_id"], options["use_tf32"], last) == (CUDA, index, "0", CPU)


def test_a_silent_fall_back_is_an_error_for_cuda_and_a_cpu_run_for_auto(
    onnx_runtime: OnnxRuntime, small: Any, build: Any, caplog: pytest.LogCaptureFixture
) -> None:
    build([CUDA], [])
    for device, provider in (("cuda", "auto"), ("auto", "cuda")):
        opened = replace(onnx_runtime, device=device, provider=provider)
        with pytest.raises(EngineError, match="fell back to CPUExecutionProvider"), opened.open(small.network):
            pass
    with replace(onnx_runtime, device="auto").open(small.network) as predictor:
        description = predictor.description
    assert (description.device, description.streams, description.provider) == ("cpu", available_cores(), "cpu")
    assert "running on the CPU" in caplog.text


def test_tensorrt_has_cuda_behind_it_for_what_it_cannot_do(onnx_runtime: OnnxRuntime, small: Any, build: Any) -> None:
    played = build([TENSORRT, CUDA], [TENSORRT, CUDA])
    with replace(onnx_runtime, device="cuda:1", provider="tensorrt").open(small.network) as predictor:
        assert (predictor.description.device, predictor.description.provider) == ("cuda:1", "tensorrt")
    (tensorrt, cuda, last) = played.wishes[-1]
    assert (tensorrt[0], tensorrt[1]["device_id"], cuda[0], cuda[1]["device_id"], last) == (
        *(TENSORRT, "1"),
        *(CUDA, "1"),
        CPU,
    )
    assert tensorrt[1]["trt_fp16_enable"] == "0"


def test_tensorrt_that_falls_back_to_cuda_is_an_error(onnx_runtime: OnnxRuntime, small: Any, build: Any) -> None:
    build([TENSORRT, CUDA], [CUDA])
    with (
        pytest.raises(EngineError, match=r"provider=tensorrt: .*fell back to CUDAExecutionProvider.*the TensorRT that"),
        replace(onnx_runtime, device="auto", provider="tensorrt").open(small.network),
    ):
        pass


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_build_without_the_provider_is_an_error_that_names_the_package(
    onnx_runtime: OnnxRuntime, small: Any, build: Any, provider: str
) -> None:
    build([], [])
    opened = replace(onnx_runtime, device="auto", provider=provider)
    with pytest.raises(EngineError, match=rf"provider={provider}: .*onnxruntime-gpu"), opened.open(small.network):
        pass


def test_cpu_is_the_cpu_also_where_there_is_a_gpu(onnx_runtime: OnnxRuntime, small: Any, build: Any) -> None:
    played = build([CUDA], [CUDA])
    opened = replace(onnx_runtime, device="auto", provider="cpu")
    assert opened.identity()["device"] == "cpu"
    with opened.open(small.network) as predictor:
        assert (predictor.description.device, predictor.description.provider) == ("cpu", "cpu")
        assert predictor.description.streams == available_cores()
    assert played.wishes == [[CPU]]


@pytest.mark.parametrize(
    ("provider", "device"), [("cpu", "cuda"), ("cuda", "cpu"), ("tensorrt", "cpu"), ("directml", "auto")]
)
def test_a_provider_that_is_none_or_does_not_fit_the_device_is_refused_when_the_engine_is_made(
    onnx_runtime: OnnxRuntime, provider: str, device: str
) -> None:
    with pytest.raises(ConfigError, match=f"engine.provider={provider}"):
        replace(onnx_runtime, provider=provider, device=device)


def test_tf32_is_on_by_its_own_precision_alone(onnx_runtime: OnnxRuntime, small: Any, build: Any) -> None:
    played = build([CUDA], [CUDA])
    for precision, switch in (("fp32", "0"), ("tf32", "1")):
        with replace(onnx_runtime, device="cuda", precision=precision).open(small.network) as predictor:
            assert predictor.description.precision == precision
        assert played.wishes[-1][0][1]["use_tf32"] == switch


@pytest.mark.parametrize(
    ("different", "providers"),
    [
        ({"device": "cpu"}, ([], [])),
        ({"device": "auto"}, ([], [])),
        ({"device": "auto", "provider": "cpu"}, ([CUDA], [CUDA])),
        ({"device": "auto"}, ([CUDA], [])),
        ({"device": "cuda", "provider": "tensorrt"}, ([TENSORRT, CUDA], [TENSORRT, CUDA])),
    ],
)
def test_tf32_is_refused_where_cuda_does_not_compute(
    onnx_runtime: OnnxRuntime, small: Any, build: Any, different: Any, providers: Any
) -> None:
    build(*providers)
    with pytest.raises(EngineError, match=r"precision=tf32: by its CUDA provider only"):  # noqa: SIM117
        with replace(onnx_runtime, precision="tf32", **different).open(small.network):
            pass


def test_tf32_that_the_environment_turns_off_is_refused(
    onnx_runtime: OnnxRuntime, small: Any, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([CUDA], [CUDA])
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "0")
    with pytest.raises(EngineError, match="NVIDIA_TF32_OVERRIDE=0 in the environment turns it off"):
        replace(onnx_runtime, device="cuda", precision="tf32").identity()
