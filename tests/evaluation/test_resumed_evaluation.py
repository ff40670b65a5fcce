"""An evaluation that is stopped anywhere and goes on has the result of one that was not, batch for batch."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.loader import LoadedImage
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.journal import FILE, journal_at
from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally

_IMAGES = st.lists(st.sampled_from([0, 1, 1, 2, 12]), min_size=1, max_size=24)  # views; 0: a bad one
_COUNTED = ("images", "images_bad", "views", "forwards", "top1_error", "top5_error", "top1_stderr", "top5_stderr")


def _scores(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores of each view that depend on all of its batch: another batch, other scores."""
    seeds = [zlib.crc32(views.tobytes(), place) for place in range(len(views))]
    return np.stack([np.random.default_rng(seed).random(7, np.float32) for seed in seeds])


def _evaluated(
    bench: Any, images: Sequence[LoadedImage], folder: Path, batch_size: int
) -> tuple[Tally, list[Prediction], int]:
    """The tally, the predictions, and from which image on it was evaluated; as the task does it."""
    samples, tally = bench.samples([index % 7 for index in range(len(images))]), Tally(7)
    predictor = bench.uniform(7, batch_size=batch_size, streams=2, scoring=_scores)
    with journal_at(folder, samples, resume=True) as journal:
        predictions = journal.restored({"fingerprint": "f"}, batch_size)
        start = len(predictions)
        tally.take_over(predictions, batch_size)

        def told(some: Sequence[Prediction]) -> None:
            predictions.extend(some)
            journal.add(some)

        evaluate_images(images[start:], samples, predictor, tally, told)
    return tally, predictions, start


@settings(max_examples=60)
@given(counts=_IMAGES, batch_size=st.integers(1, 9), data=st.data())
def test_stopped_anywhere_any_number_of_times_it_has_the_same_result(
    bench: Any, counts: list[int], batch_size: int, data: st.DataObject
) -> None:
    images = [
        bench.image(index, [1.0] * views) if views else bench.bad_image(index, "empty")
        for index, views in enumerate(counts)
    ]
    with TemporaryDirectory() as name:
        folder = Path(name, "cell")
        tally, predictions, start = _evaluated(bench, images, folder, batch_size)
        assert start == 0
        for _ in range(data.draw(st.integers(1, 3))):
            # A kill leaves the first bytes of what would have been written.
            content = (folder / FILE).read_bytes()
            (folder / FILE).write_bytes(content[: data.draw(st.integers(0, len(content)))])
            again, resumed, _ = _evaluated(bench, images, folder, batch_size)
            assert resumed == predictions
            for metric in _COUNTED:
                assert again.metrics()[metric] == tally.metrics()[metric]


def test_times_are_of_this_process_alone(bench: Any, tmp_path: Path) -> None:
    images = [bench.image(index) for index in range(8)]
    _evaluated(bench, images, tmp_path, 2)
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join(lines[:6]))
    tally, predictions, start = _evaluated(bench, images, tmp_path, 2)
    assert (len(predictions), start, tally.timed_images, len(tally.latency.views)) == (8, 4, 4, 2)
    assert {"first_batch_ms", "batch_ms_p50", "images_per_second"} <= set(tally.metrics())


def test_where_all_images_are_there_nothing_is_forwarded(bench: Any, tmp_path: Path) -> None:
    images = [bench.image(index) for index in range(7)]
    whole, predictions, _ = _evaluated(bench, images, tmp_path, 2)
    tally, again, start = _evaluated(bench, images, tmp_path, 2)
    assert (again, start) == (predictions, 7)
    assert tally.metrics()["forwards"] == whole.metrics()["forwards"] == 4
    assert "images_per_second" not in tally.metrics()
    assert "first_batch_ms" not in tally.metrics()
