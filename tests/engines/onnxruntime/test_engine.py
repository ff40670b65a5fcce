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
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.errors import EngineError, MissingEngineError


@pytest.mark.parametrize("count", [1, 2, 7])
def test_any_batch_gives_the_scores_that_numpy_computes(onnx_runtime: OnnxRuntime, small: Any, count: int) -> None:
    with onnx_runtime.open(small.network) as predictor:
        views = small.views(count)
        scores = predictor(views)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, small.scores(views), atol=1e-6)


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
from clsbench.engines.onnxruntime.engine import OnnxRuntime

network = SimpleNamespace(input_shape=(2, 4, 4), output="prob", classes=3, onnx=lambda: Path({path!r}))
with OnnxRuntime("cpu", "fp32", 1, 1, 1, "auto").open(network) as predictor:
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


def test_without_the_package_the_error_says_how_to_install_it(
    onnx_runtime: OnnxRuntime, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingEngineError, match="pip install onnxruntime"), onnx_runtime.open(small.network):
        pass


class _LittleMemory:
    """A session whose runs take at most two views."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def run(self, outputs: list[str], feed: dict[str, Any], options: Any) -> Any:
        (views,) = feed.values()
        if len(views) > 2:
            raise RuntimeError("bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 205520896")
        return self.session.run(outputs, feed, options)


def test_a_batch_that_does_not_fit_in_memory_is_run_in_parts(onnx_runtime: OnnxRuntime, small: Any) -> None:
    with replace(onnx_runtime, batch_size=8).open(small.network) as predictor:
        little = replace(predictor, session=_LittleMemory(predictor.session))
        np.testing.assert_allclose(little(small.views(7)), small.scores(small.views(7)), atol=1e-6)
        assert little.description.batch_size == 1
