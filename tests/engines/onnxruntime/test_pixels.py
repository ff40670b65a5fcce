"""ONNX Runtime that is given pixels: nodes that a GPU would run, run by the CPU's provider, to the bit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from gpu_build import CUDA

import clsbench
from clsbench.engines.engine import OffersRoom, TakesPixels
from clsbench.engines.onnx_file import loaded_onnx
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.engines.onnxruntime.pixels import with_lookup

_TABLE = np.random.default_rng(0).random((2, 256), np.float32)


def _pixels(count: int) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, 4, 4, 2), np.uint8).transpose(0, 3, 1, 2)


@pytest.mark.parametrize("rgb", [False, True])
def test_the_scores_are_those_of_the_inputs_to_the_bit(
    onnx_runtime: OnnxRuntime, small: Any, build: Any, *, rgb: bool
) -> None:
    build([CUDA], [CUDA])
    with replace(onnx_runtime, device="cuda").open(small.network) as predictor:
        assert isinstance(predictor, TakesPixels)
        of_pixels: Any = predictor.of_pixels(_TABLE, rgb=rgb)
        for count in (1, 7, 3):
            pixels = _pixels(count)
            inputs = np.stack([_TABLE[channel][pixels[:, channel]] for channel in range(2)], axis=1)
            wanted = predictor(np.ascontiguousarray(inputs[:, ::-1] if rgb else inputs))
            assert np.array_equal(of_pixels(pixels), wanted)
            room = of_pixels.room(count)
            room[...] = pixels
            assert np.array_equal(of_pixels(room), wanted)


def test_every_thread_has_room_of_its_own_for_a_batch(onnx_runtime: OnnxRuntime, small: Any, build: Any) -> None:
    build([CUDA], [CUDA])
    with replace(onnx_runtime, device="cuda").open(small.network) as predictor, ThreadPoolExecutor(1) as thread:
        assert isinstance(predictor, TakesPixels)
        of_pixels: Any = predictor.of_pixels(_TABLE, rgb=False)
        assert isinstance(of_pixels, OffersRoom) is True
        room = of_pixels.room(5)
        assert (room.shape, str(room.dtype)) == ((5, 2, 4, 4), "uint8")
        assert np.shares_memory(of_pixels.room(3), room)
        assert not np.shares_memory(thread.submit(of_pixels.room, 5).result(), room)


def test_the_file_with_the_lookup_is_sound_onnx(small: Any) -> None:
    for rgb in (False, True):
        model = with_lookup(loaded_onnx("onnxruntime", small.network.onnx()), _TABLE, rgb=rgb)
        onnx.checker.check_model(model, full_check=True)


def test_on_the_cpu_the_host_computes_the_inputs(onnx_runtime: OnnxRuntime, small: Any) -> None:
    with onnx_runtime.open(small.network) as predictor:
        assert not isinstance(predictor, TakesPixels)


@pytest.mark.parametrize("preprocessing", ["caffe", "torch"])
def test_an_evaluation_of_pixels_has_the_predictions_of_one_of_inputs(
    build: Any, tmp_path: Path, preprocessing: str
) -> None:
    build([CUDA], [CUDA])
    own = (f"paths.outputs={tmp_path}", f"preprocessing={preprocessing}", "batch_size=50", "tracking=none")
    pixels, inputs = (clsbench.run(f"device={device}", *own) for device in ("cuda", "cpu"))
    first, second = (each.file("predictions.parquet").read_bytes() for each in (pixels, inputs))
    assert first == second
    assert len(pixels.predictions) == 382
