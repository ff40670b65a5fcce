import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import layer_nets
import numpy as np
import pytest
import squeezenet_photographs
from abandoned_forward import exit_during_forward
from installed import need
from slow_network import write_slow_onnx
from squeezenet_photographs import Photographs

from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.engines.openvino import OpenVino
from clsbench.errors import EngineError, MissingEngineError

photographs = squeezenet_photographs.photographs


@pytest.fixture
def settings() -> OpenVino:
    """The engine with its own choices."""
    return OpenVino(device="cpu", precision="fp32", threads=None, streams=None, batch_size=None)


@pytest.fixture
def openvino(settings: OpenVino) -> OpenVino:
    """The same, where the package is there."""
    need("openvino")
    sys.modules.setdefault("openvino_telemetry", cast(Any, None))  # for tests that import it themselves
    return settings


@pytest.mark.shared
@pytest.mark.pycaffe
def test_photographs_get_the_probabilities_of_pycaffe_and_onnx_runtime(
    openvino: OpenVino, photographs: Photographs
) -> None:
    with openvino.open(photographs.network) as predictor:
        photographs.assert_same(predictor(photographs.views), 1e-4)
        photographs.assert_same(predictor(photographs.views[:3]), 1e-4, 3)


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


@pytest.mark.parametrize("name", layer_nets.NAMES)
def test_every_layer_type_gives_what_onnx_runtime_gives(
    openvino: OpenVino, onnx_runtime: OnnxRuntime, tmp_path: Path, name: str
) -> None:
    network = layer_nets.exported_to(name, tmp_path)
    views = np.random.default_rng(1).standard_normal((5, *network.input_shape)).astype(np.float32)
    with openvino.open(network) as predictor, onnx_runtime.open(network) as judge:
        for batch in (1, 3, 5, 2):
            np.testing.assert_allclose(predictor(views[:batch]), judge(views[:batch]), rtol=1e-5, atol=1e-5)


def test_views_that_are_not_contiguous_are_taken(openvino: OpenVino, small: Any) -> None:
    views = small.views(6)[::2]
    with openvino.open(small.network) as predictor:
        np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_scores_stay_when_the_next_batch_is_run(openvino: OpenVino, small: Any) -> None:
    with replace(openvino, streams=1).open(small.network) as predictor:
        first = predictor(small.views(3))
        predictor(small.views(4)[:3])
    np.testing.assert_allclose(first, small.scores(small.views(3)), atol=1e-6)


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


def test_a_damaged_file_is_an_engine_error_that_names_it(openvino: OpenVino, small: Any) -> None:
    small.network.onnx().write_bytes(b"no network")
    with pytest.raises(EngineError, match=r"small\.onnx cannot be opened"), openvino.open(small.network):
        pass


def test_a_batch_that_the_network_cannot_take_is_an_engine_error_and_the_next_one_works(
    openvino: OpenVino, small: Any
) -> None:
    with replace(openvino, streams=1).open(small.network) as predictor:
        with pytest.raises(EngineError, match=r"a batch of shape \(1, 2, 5, 4\) failed: [^\n]*incompatible"):
            predictor(np.zeros((1, 2, 5, 4), np.float32))
        np.testing.assert_allclose(predictor(small.views(2)), small.scores(small.views(2)), atol=1e-6)


def test_another_number_of_classes_is_an_engine_error(openvino: OpenVino, small: Any) -> None:
    network = replace(small.network, classes=4)
    with openvino.open(network) as predictor, pytest.raises(EngineError, match="expected 4 scores a view"):
        predictor(small.views(1))


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
def test_cuda_is_refused_when_the_engine_is_made(settings: OpenVino, device: str) -> None:
    with pytest.raises(EngineError, match=f"device={device}: OpenVINO has no CUDA; use device=cpu"):
        replace(settings, device=device)


def test_auto_is_the_cpu(openvino: OpenVino, small: Any) -> None:
    with replace(openvino, device="auto").open(small.network) as predictor:
        assert predictor.description.device == "cpu"


def test_half_precision_is_refused(settings: OpenVino) -> None:
    with pytest.raises(EngineError, match="it computes in fp32, bf16 only"):
        replace(settings, precision="fp16")


def test_without_the_package_the_error_says_how_to_install_it(
    settings: OpenVino, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingEngineError, match=r"pip install 'clsbench\[openvino\]'"), settings.open(small.network):
        pass


def test_the_makers_are_not_told_that_it_was_imported(openvino: OpenVino, tmp_path: Path) -> None:
    code = """
import sys
from clsbench.engines import openvino
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
