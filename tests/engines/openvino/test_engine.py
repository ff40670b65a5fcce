import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import squeezenet_photographs
from abandoned_forward import exit_during_forward
from slow_network import write_slow_onnx
from squeezenet_photographs import Photographs

from clsbench.engines.cores import available_cores
from clsbench.engines.openvino.engine import OpenVino
from clsbench.errors import EngineError, MissingEngineError

photographs = squeezenet_photographs.photographs


@pytest.mark.shared
@pytest.mark.pycaffe
def test_bf16_is_close_and_is_told(openvino: OpenVino, photographs: Photographs) -> None:
    _need_bf16()
    with replace(openvino, precision="bf16").open(photographs.network) as predictor:
        scores = predictor(photographs.views)
        assert predictor.description.precision == "bf16"
    np.testing.assert_allclose(scores, photographs.pycaffe, rtol=0, atol=0.05)  # bf16 keeps 8 bits of the mantissa
    assert np.abs(scores - photographs.pycaffe).max() > 1e-4  # it is not fp32 after all


@pytest.mark.shared
@pytest.mark.pycaffe
def test_several_threads_may_call_at_once_with_batches_of_any_size(
    openvino: OpenVino, photographs: Photographs
) -> None:
    sizes = [1 + n % 4 for n in range(40)]
    with replace(openvino, streams=2).open(photographs.network) as predictor, ThreadPoolExecutor(4) as threads:
        for size, scores in zip(
            sizes, threads.map(lambda size: predictor(photographs.views[:size]), sizes), strict=True
        ):
            photographs.assert_same(scores, 1e-4, size)


@pytest.mark.parametrize("callers", [1, 2, 8])
def test_no_number_of_callers_hangs(openvino: OpenVino, small: Any, callers: int) -> None:
    batches = [small.views(1 + n % 5) for n in range(2000)]
    with openvino.open(small.network) as predictor, ThreadPoolExecutor(callers) as threads:
        for views, scores in zip(batches, threads.map(predictor, batches), strict=True):
            np.testing.assert_allclose(scores, small.scores(views), atol=1e-6)


def test_the_description_tells_what_is_used(openvino: OpenVino, small: Any) -> None:
    with openvino.open(small.network) as predictor:
        description = predictor.description
    assert (description.engine, description.device, description.precision) == ("openvino", "cpu", "fp32")
    assert description.threads == description.streams == available_cores()
    assert description.batch_size > 1  # views of 2x4x4 are too small for a forward each
    assert set(description.versions) == {"openvino", "numpy"}


def test_settings_win_over_the_engines_choice(openvino: OpenVino, small: Any) -> None:
    with replace(openvino, threads=1, streams=1, batch_size=9).open(small.network) as predictor:
        description = predictor.description
    assert (description.threads, description.streams, description.batch_size) == (1, 1, 9)


def test_more_threads_than_cores_are_told_as_what_openvino_made_of_them(openvino: OpenVino, small: Any) -> None:
    with replace(openvino, threads=1000, streams=1000).open(small.network) as predictor:
        assert predictor.description.threads == len(predictor.requests) == predictor.description.streams < 1000


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_another_precision_than_the_one_asked_for_is_an_error(
    openvino: OpenVino, small: Any, monkeypatch: pytest.MonkeyPatch, precision: str
) -> None:
    import openvino as package

    class Stubborn:
        """A compiled network that computes in f16 whatever was asked for."""

        def get_property(self, name: str) -> Any:
            return package.Type.f16 if name == "INFERENCE_PRECISION_HINT" else 1

    monkeypatch.setattr(package.Core, "compile_model", lambda *_: Stubborn())
    with (
        pytest.raises(EngineError, match=f"precision={precision}: OpenVINO would compute in f16"),
        replace(openvino, precision=precision).open(small.network),
    ):
        pass


def test_leaving_ends_a_forward_that_would_go_on_for_long(openvino: OpenVino, small: Any) -> None:
    write_slow_onnx(small.network.onnx())
    with ThreadPoolExecutor(1) as threads:
        with replace(openvino, threads=1).open(small.network) as predictor:
            forward = threads.submit(predictor, np.zeros((1, 2, 4, 4), np.float32))
            time.sleep(0.3)
            assert not forward.done()
            left = time.monotonic()
        with pytest.raises(EngineError, match="cancel"):
            forward.result()
        assert time.monotonic() - left < 2


def test_a_call_that_waits_for_a_request_ends_with_the_engine(openvino: OpenVino, small: Any) -> None:
    write_slow_onnx(small.network.onnx())
    views = np.zeros((1, 2, 4, 4), np.float32)
    with ThreadPoolExecutor(2) as threads:
        with replace(openvino, threads=1, streams=1).open(small.network) as predictor:
            forwards = [threads.submit(predictor, views) for _ in range(2)]
            time.sleep(0.3)
            left = time.monotonic()
        for forward in forwards:
            with pytest.raises(EngineError, match="cancel"):
                forward.result()
        assert time.monotonic() - left < 2


def test_python_may_exit_right_after_a_forward_was_ended(openvino: OpenVino, small: Any) -> None:
    write_slow_onnx(small.network.onnx())
    ended = exit_during_forward("openvino", "OpenVino", "'cpu', 'fp32', None, None, None", small.network.onnx())
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_is_refused_when_the_engine_is_made(openvino_settings: OpenVino, device: str) -> None:
    with pytest.raises(EngineError, match=f"device={device}: OpenVINO has no CUDA; use device=cpu"):
        replace(openvino_settings, device=device)


def test_half_precision_is_refused(openvino_settings: OpenVino) -> None:
    with pytest.raises(EngineError, match="it computes in fp32, bf16, int8 only"):
        replace(openvino_settings, precision="fp16")


def test_without_the_package_the_error_says_how_to_install_it(
    openvino_settings: OpenVino, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with (
        pytest.raises(MissingEngineError, match=r"pip install 'clsbench\[openvino\]'"),
        openvino_settings.open(small.network),
    ):
        pass


def test_the_makers_are_not_told_that_it_was_imported(openvino: OpenVino, tmp_path: Path) -> None:
    code = """
import sys
from clsbench.engines.openvino import engine as openvino
openvino._openvino()
assert "openvino" in sys.modules
print([name for name in sys.modules if name.startswith("openvino_telemetry.")])
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"HOME": str(tmp_path)}
    )
    assert ended.stdout == "[]\n"
    assert not list(tmp_path.iterdir())


def test_no_thread_of_ours_stays(openvino: OpenVino, small: Any) -> None:
    before = threading.active_count()
    with openvino.open(small.network) as predictor:
        predictor(small.views(2))
    assert threading.active_count() == before


def _need_bf16() -> None:
    import openvino

    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        pytest.skip("this CPU has no bfloat16")


class _LittleMemory:
    """A request that fails for more than two views, and from then on for any number."""

    def __init__(self, request: Any) -> None:
        self.request, self.broken = request, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.request, name)

    def start_async(self, inputs: list[Any], *, share_inputs: bool) -> None:
        self.broken = self.broken or len(inputs[0]) > 2
        if self.broken:
            raise RuntimeError(
                "Check 'ptr' failed at cpu_memory.cpp:257:\nFailed to allocate 205520896 bytes of memory"
            )
        self.request.start_async(inputs, share_inputs=share_inputs)


class _Compiled:
    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled

    def create_infer_request(self) -> _LittleMemory:
        return _LittleMemory(self.compiled.create_infer_request())


def test_a_batch_that_does_not_fit_in_memory_is_run_in_parts_by_a_new_request(openvino: OpenVino, small: Any) -> None:
    with replace(openvino, streams=1, batch_size=8).open(small.network) as predictor:
        little = replace(predictor, compiled=_Compiled(predictor.compiled))
        request = _LittleMemory(little.free.get())
        little.requests[0] = request
        little.free.put(request)
        np.testing.assert_allclose(little(small.views(7)), small.scores(small.views(7)), atol=1e-6)
        assert little.description.batch_size == 1
        assert little.requests == [little.free.get()] != [request]
