"""PyTorch that is given pixels: the lookup on a GPU is tested on the CPU, with the same operators."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import cli

import clsbench
from clsbench.data.mirrors import Mirrors
from clsbench.engines.engine import MakesMirrors, OffersRoom, TakesPixels
from clsbench.engines.torch.engine import Torch
from clsbench.engines.torch.pixels import TorchPixelTaker
from clsbench.engines.torch.predictor import TorchPredictor

_TABLE = np.random.default_rng(0).random((2, 256), np.float32)


def _pixels(count: int) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, 4, 4, 2), np.uint8).transpose(0, 3, 1, 2)


def _inputs(pixels: np.ndarray) -> np.ndarray:
    return np.stack([_TABLE[channel][pixels[:, channel]] for channel in range(2)], axis=1)


@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize("rgb", [False, True])
def test_the_scores_are_those_of_the_inputs_to_the_bit(
    torch: Torch, small: Any, *, rgb: bool, channels_last: bool
) -> None:
    with replace(torch, pixels=True, channels_last=channels_last).open(small.network) as predictor:
        assert isinstance(predictor, TakesPixels)
        of_pixels = predictor.of_pixels(_TABLE, rgb=rgb)
        for count in (1, 7, 3):
            inputs = _inputs(_pixels(count))
            wanted = predictor(np.ascontiguousarray(inputs[:, ::-1] if rgb else inputs))
            assert np.array_equal(of_pixels(_pixels(count)), wanted)


def test_every_thread_has_room_of_its_own_for_a_batch(torch: Torch, small: Any) -> None:
    with replace(torch, pixels=True).open(small.network) as predictor, ThreadPoolExecutor(1) as thread:
        assert isinstance(predictor, TakesPixels)
        of_pixels: Any = predictor.of_pixels(_TABLE, rgb=False)
        assert isinstance(of_pixels, OffersRoom) is True
        room = of_pixels.room(5)
        assert (room.shape, str(room.dtype)) == ((5, 2, 4, 4), "uint8")
        assert np.shares_memory(of_pixels.room(3), room)
        assert not np.shares_memory(thread.submit(of_pixels.room, 5).result(), room)
        room[...] = _pixels(5)
        assert np.array_equal(of_pixels(room), predictor(_inputs(_pixels(5))))


def test_the_time_of_a_batch_is_told_and_a_batch_that_does_not_fit_has_none(
    torch: Torch, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pixels in (False, True):
        with replace(torch, pixels=pixels).open(small.network) as predictor:
            taken = predictor.milliseconds(4)
            assert taken is not None
            assert 0 < taken < 1000
            monkeypatch.setattr(TorchPredictor, "_attempt", lambda self, views: None)
            assert predictor.milliseconds(4) is None
            monkeypatch.undo()


def test_on_the_cpu_the_host_computes_the_inputs(torch: Torch, small: Any) -> None:
    with torch.open(small.network) as predictor:
        assert not isinstance(predictor, TakesPixels)


@pytest.mark.parametrize("channels_last", [False, True])
def test_mirror_images_are_made_on_the_device_to_the_bit(torch: Torch, small: Any, *, channels_last: bool) -> None:
    views = small.views(5)
    mirrors = Mirrors(np.array([0, 1, 4, 4, 0, 2]), np.array([False, True, True, False, True, False]))
    with replace(torch, pixels=True, channels_last=channels_last).open(small.network) as predictor:
        assert isinstance(predictor, MakesMirrors)
        wanted = predictor(mirrors.views(views))
        assert np.array_equal(predictor.mirrored(views, mirrors), wanted)
        room = predictor.room(5)  # type: ignore[attr-defined]
        room[...] = views
        assert np.array_equal(predictor.mirrored(room, mirrors), wanted)


def test_a_batch_of_mirror_images_that_does_not_fit_is_run_in_parts(
    torch: Torch, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    views, forward = small.views(3), TorchPredictor._forward
    mirrors = Mirrors(np.array([0, 1, 2, 0, 1, 2]), np.arange(6) > 2)

    def limited(self: Any, batch: Any) -> Any:
        if len(batch) > 2:
            raise RuntimeError("CUDA out of memory")
        return forward(self, batch)

    with replace(torch, pixels=True).open(small.network) as predictor:
        wanted = predictor(mirrors.views(views))
        monkeypatch.setattr(TorchPredictor, "_forward", limited)
        assert isinstance(predictor, MakesMirrors)
        np.testing.assert_allclose(predictor.mirrored(views, mirrors), wanted, rtol=1e-6)


def test_an_evaluation_in_pairs_has_the_predictions_of_all_views(
    torch: Torch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, mirrored = list[Mirrors](), TorchPixelTaker.mirrored

    def counted(self: TorchPixelTaker, views: Any, mirrors: Mirrors) -> Any:
        made.append(mirrors)
        return mirrored(self, views, mirrors)

    monkeypatch.setattr(TorchPixelTaker, "mirrored", counted)
    more = ("engine=torch", "batch_size=9", "limit=40", "tracking=none", f"paths.outputs={tmp_path}")
    for crop in ("crop=multi12", ("crop=multi144", "crop.sizes=[28,31]")):
        own = (*more, *([crop] if isinstance(crop, str) else crop))
        results = [clsbench.run(f"engine.pixels={pixels}", *own) for pixels in ("false", "true")]
        first, second = (each.file("predictions.parquet").read_bytes() for each in results)
        assert first == second
        assert len(results[0].predictions) == 40
    assert any(mirrors.flipped.any() for mirrors in made)


@pytest.mark.parametrize("preprocessing", ["caffe", "torch"])
def test_an_evaluation_of_pixels_has_the_predictions_of_one_of_inputs(
    torch: Torch, tmp_path: Path, preprocessing: str
) -> None:
    evaluated = []
    for pixels in ("false", "true"):
        more = ("engine=torch", f"engine.pixels={pixels}", f"preprocessing={preprocessing}", "batch_size=50")
        (tmp_path / pixels).mkdir()
        ended = cli("clsbench", tmp_path / pixels)(*more)
        assert ended.code == 0, ended.said
        evaluated.append(ended.artifact("predictions.parquet").read_bytes())
    assert evaluated[0] == evaluated[1]
    assert ended.run.data.metrics["images"] == 382
