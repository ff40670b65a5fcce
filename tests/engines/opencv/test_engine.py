import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest
import squeezenet_photographs
from squeezenet_photographs import Photographs

from clsbench.engines.cores import available_cores
from clsbench.engines.opencv.engine import OpenCv
from clsbench.errors import EngineError, MissingEngineError

photographs = squeezenet_photographs.photographs


@pytest.mark.shared
@pytest.mark.pycaffe
def test_several_threads_may_call_at_once_with_batches_of_any_size(opencv: OpenCv, photographs: Photographs) -> None:
    sizes = [1 + n % 4 for n in range(40)]
    with replace(opencv, threads=2).open(photographs.network) as predictor, ThreadPoolExecutor(4) as threads:
        for size, scores in zip(
            sizes, threads.map(lambda size: predictor(photographs.views[:size]), sizes), strict=True
        ):
            photographs.assert_same(scores, 1e-4, size)


def test_the_description_tells_what_is_used(opencv: OpenCv, small: Any) -> None:
    with opencv.open(small.network) as predictor:
        description = predictor.description
    assert (description.engine, description.device, description.precision) == ("opencv", "cpu", "fp32")
    assert description.threads == description.streams == available_cores()
    assert description.batch_size > 1  # views of 2x4x4 are too small for a forward each
    assert description.versions["opencv"] == cv2.__version__


def test_a_large_batch_is_forwarded_in_parts(opencv: OpenCv, small: Any) -> None:
    views = small.views(10)
    with replace(opencv, batch_size=4).open(small.network) as predictor:
        np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_settings_win_over_the_engines_choice(opencv: OpenCv, small: Any) -> None:
    with replace(opencv, threads=3, batch_size=9).open(small.network) as predictor:
        description = predictor.description
        assert predictor.free.qsize() == 3
    assert (description.threads, description.streams, description.batch_size) == (3, 3, 9)


def test_opencv_itself_uses_one_thread_a_call_and_has_its_own_number_again_afterwards(
    opencv: OpenCv, small: Any
) -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        with opencv.open(small.network):
            assert cv2.getNumThreads() == 1
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(before)


def test_a_file_that_opencv_cannot_read_is_an_engine_error_that_names_it(
    opencv: OpenCv, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise cv2.error("unknown node")

    monkeypatch.setattr(cv2.dnn, "readNetFromONNX", refuse)
    with pytest.raises(EngineError, match=r"small\.onnx cannot be opened: unknown node"), opencv.open(small.network):
        pass


def test_leaving_waits_a_while_for_a_forward_and_starts_no_more(
    opencv: OpenCv, small: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Slow:
        """A net whose forward goes on until it is let go."""

        begun, let_go = Event(), Event()

        def setInput(self, views: Any) -> None:
            self.begun.set()

        def forward(self, output: str) -> Any:
            self.let_go.wait()
            return np.zeros((1, 3), np.float32)

    with ThreadPoolExecutor(2) as threads:
        with replace(opencv, threads=1).open(small.network) as predictor:
            predictor.free.get()
            predictor.free.put(Slow())
            forwards = [threads.submit(predictor, small.views(1)) for _ in range(2)]
            Slow.begun.wait()
        Slow.let_go.set()
        results = [forward.exception() for forward in forwards]
    assert "a forward pass is still running after 0.8 seconds" in caplog.text
    assert sum(result is None for result in results) == 1
    assert any(isinstance(result, EngineError) and "after it was closed" in str(result) for result in results)


@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_is_refused_when_the_engine_is_made(opencv: OpenCv, device: str) -> None:
    with pytest.raises(EngineError, match=f"device={device}: OpenCV's packages are built without CUDA"):
        replace(opencv, device=device)


def test_any_precision_but_fp32_is_refused(opencv: OpenCv) -> None:
    with pytest.raises(EngineError, match="it computes in fp32 only"):
        replace(opencv, precision="bf16")


def test_without_the_package_the_error_says_how_to_install_it(
    opencv: OpenCv, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingEngineError, match="pip install opencv-python-headless"), opencv.open(small.network):
        pass


def test_a_batch_that_does_not_fit_in_memory_is_run_in_parts(opencv: OpenCv, small: Any) -> None:
    with replace(opencv, threads=1, batch_size=8).open(small.network) as predictor:
        net = predictor.free.get()

        class LittleMemory:
            """A net that takes at most two views."""

            def setInput(self, views: Any) -> None:
                if len(views) > 2:
                    raise cv2.error("(-4:Insufficient memory) Failed to allocate 205520896 bytes")
                net.setInput(views)

            def forward(self, output: str) -> Any:
                return net.forward(output)

        predictor.free.put(LittleMemory())
        np.testing.assert_allclose(predictor(small.views(7)), small.scores(small.views(7)), atol=1e-6)
        assert predictor.description.batch_size == 1
