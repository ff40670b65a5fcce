import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from slow_network import write_slow_onnx

from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.errors import EngineError, MissingEngineError


@pytest.mark.parametrize("count", [1, 2, 7])
def test_any_batch_gives_the_scores_that_numpy_computes(onnx_runtime: OnnxRuntime, small: Any, count: int) -> None:
    with onnx_runtime.open(small.network) as predictor:
        views = small.views(count)
        scores = predictor(views)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, small.scores(views), atol=1e-6)


def test_views_that_are_not_contiguous_are_taken(onnx_runtime: OnnxRuntime, small: Any) -> None:
    views = small.views(6)[::2]
    with onnx_runtime.open(small.network) as predictor:
        np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_as_many_threads_as_streams_may_call_at_once(onnx_runtime: OnnxRuntime, small: Any) -> None:
    batches = [small.views(1 + n % 5) for n in range(200)]
    with replace(onnx_runtime, streams=4).open(small.network) as predictor, ThreadPoolExecutor(4) as threads:
        for views, scores in zip(batches, threads.map(predictor, batches), strict=True):
            np.testing.assert_allclose(scores, small.scores(views), atol=1e-6)


def test_the_description_tells_what_is_used(onnx_runtime: OnnxRuntime, small: Any) -> None:
    with onnx_runtime.open(small.network) as predictor:
        description = predictor.description
    assert (description.device, description.precision) == ("cpu", "fp32")
    assert description.threads == description.streams == available_cores()
    assert description.batch_size > 1  # views of 2x4x4 are too small for a forward each
    assert description.versions["onnxruntime"] == ort.__version__


def test_a_view_of_a_photograph_is_a_batch_of_its_own(onnx_runtime: OnnxRuntime, small: Any) -> None:
    with onnx_runtime.open(replace(small.network, input_shape=(3, 227, 227))) as predictor:
        assert predictor.description.batch_size == 1


def test_settings_win_over_the_engines_choice(onnx_runtime: OnnxRuntime, small: Any) -> None:
    with replace(onnx_runtime, threads=3, streams=1, batch_size=9).open(small.network) as predictor:
        description = predictor.description
    assert (description.threads, description.streams, description.batch_size) == (3, 1, 9)
    assert predictor.session.get_session_options().intra_op_num_threads == 3


def test_a_damaged_file_is_an_engine_error_that_names_it(onnx_runtime: OnnxRuntime, small: Any) -> None:
    small.network.onnx().write_bytes(b"no network")
    with pytest.raises(EngineError, match=r"small\.onnx cannot be opened"), onnx_runtime.open(small.network):
        pass


def test_a_batch_that_the_network_cannot_take_is_an_engine_error_with_its_shape(
    onnx_runtime: OnnxRuntime, small: Any
) -> None:
    with onnx_runtime.open(small.network) as predictor, pytest.raises(EngineError, match=r"\(1, 2, 5, 4\)"):
        predictor(np.zeros((1, 2, 5, 4), np.float32))


def test_another_number_of_classes_is_an_engine_error(onnx_runtime: OnnxRuntime, small: Any) -> None:
    network = replace(small.network, classes=4)
    with onnx_runtime.open(network) as predictor, pytest.raises(EngineError, match="expected 4 scores a view"):
        predictor(small.views(1))


def test_leaving_ends_a_forward_that_would_go_on_for_long(
    onnx_runtime: OnnxRuntime, small: Any, tmp_path: Path
) -> None:
    write_slow_onnx(small.network.onnx())
    with ThreadPoolExecutor(1) as threads:
        with replace(onnx_runtime, threads=1).open(small.network) as predictor:
            forward = threads.submit(predictor, np.zeros((1, 2, 4, 4), np.float32))
            time.sleep(0.3)
            assert not forward.done()
            left = time.monotonic()
        with pytest.raises(EngineError, match="terminate"):
            forward.result()
        assert time.monotonic() - left < 2


_LEAVES = """
import threading, time
from pathlib import Path
from types import SimpleNamespace
import numpy as np
from clsbench.engines.onnxruntime import OnnxRuntime

network = SimpleNamespace(input_shape=(2, 4, 4), output="prob", classes=3, onnx=lambda: Path({path!r}))
with OnnxRuntime("cpu", "fp32", 1, 1, 1).open(network) as predictor:
    views = np.zeros((1, 2, 4, 4), np.float32)
    threading.Thread(target=predictor, args=(views,), daemon=True).start()
    time.sleep(0.3)
print("left", flush=True)
"""


def test_a_process_that_leaves_a_forward_behind_exits_in_order(small: Any) -> None:
    write_slow_onnx(small.network.onnx())
    program = _LEAVES.format(path=str(small.network.onnx()))
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "left\n"), ended.stderr


def test_cuda_with_a_cpu_build_is_an_error_that_names_the_gpu_package(onnx_runtime: OnnxRuntime, small: Any) -> None:
    if "CUDAExecutionProvider" in ort.get_available_providers():
        pytest.skip("this ONNX Runtime is a GPU build")
    with pytest.raises(EngineError, match="onnxruntime-gpu"), replace(onnx_runtime, device="cuda").open(small.network):
        pass


def test_without_the_package_the_error_says_how_to_install_it(
    onnx_runtime: OnnxRuntime, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingEngineError, match="pip install onnxruntime"), onnx_runtime.open(small.network):
        pass


class _GpuBuild:
    """ONNX Runtime as its GPU build looks; where no GPU works its sessions fall back to the CPU without a word."""

    def __init__(self, *, works: bool) -> None:
        self.works = works
        self.wishes: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(ort, name)

    def get_available_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]

    def InferenceSession(self, path: str, options: Any, providers: list[Any]) -> Any:
        self.wishes.append(providers)
        session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        if self.works and len(providers) == 2:
            session.get_providers = self.get_available_providers
        return session


def test_auto_takes_the_gpu_where_it_works(
    onnx_runtime: OnnxRuntime, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = _GpuBuild(works=True)
    monkeypatch.setitem(sys.modules, "onnxruntime", build)
    with replace(onnx_runtime, device="auto").open(small.network) as predictor:
        assert (predictor.description.device, predictor.description.streams) == ("cuda:0", 1)
    with replace(onnx_runtime, device="cuda:1").open(small.network) as predictor:
        assert predictor.description.device == "cuda:1"
    assert [wish[0][1]["device_id"] for wish in build.wishes] == ["0", "1"]
    assert {wish[0][1]["use_tf32"] for wish in build.wishes} == {"0"}


def test_a_silent_fall_back_is_an_error_for_cuda_and_a_cpu_run_for_auto(
    onnx_runtime: OnnxRuntime, small: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", _GpuBuild(works=False))
    with (
        pytest.raises(EngineError, match="fell back to the CPU"),
        replace(onnx_runtime, device="cuda").open(small.network),
    ):
        pass
    with replace(onnx_runtime, device="auto").open(small.network) as predictor:
        assert (predictor.description.device, predictor.description.streams) == ("cpu", available_cores())
    assert "running on the CPU" in caplog.text
