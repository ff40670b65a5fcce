"""Split into however many shards, each of them killed and gone on, an evaluation has the result of the unsplit one."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.uniform import Uniform
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.journal import FILE, journal_at
from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally
from clsbench.results.predictions import write_predictions
from clsbench.shards.place import Place
from clsbench.shards.proof import proven
from clsbench.shards.records import Records, Work, moved, write_records
from clsbench.shards.shard import all_shards
from clsbench.shards.work import merged_tally

_VIEWS = st.lists(st.sampled_from([0, 1, 1, 2, 12]), min_size=1, max_size=40)  # 0: a bad image
_COUNTED = ("images", "images_bad", "views", "forwards", "top1_error", "top5_error", "top1_stderr", "top5_stderr")


class _Network:
    classes = 7


def _scores(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores of each view that depend on all of its batch: another batch, other scores."""
    seeds = [zlib.crc32(views.tobytes(), place) for place in range(len(views))]
    return np.stack([np.random.default_rng(seed).random(7, np.float32) for seed in seeds])


def _image(index: int, place: int, views: int) -> LoadedImage:
    """The image ``index`` of all as the ``place``-th of a block."""
    if not views:
        return LoadedImage(place, None, np.empty(0, np.float32), "truncated")
    pixels = np.random.default_rng([index, views]).random((views, 1, 2, 2), np.float32)
    return LoadedImage(place, pixels, np.ones(views, np.float32), None)


def _evaluated(
    folder: Path, views: Sequence[int], block: range, samples: Sequence[Sample], batch_size: int
) -> tuple[Tally, list[Prediction]]:
    tally, own = Tally(7), [samples[index] for index in block]
    with (
        journal_at(folder, own, resume=True) as journal,
        Uniform(batch_size, 2, _scores).open(_Network()) as predictor,  # type: ignore[arg-type]
    ):
        predictions = journal.restored({"fingerprint": "f"}, batch_size)
        tally.take_over(predictions, batch_size)

        def told(some: Sequence[Prediction]) -> None:
            predictions.extend(some)
            journal.add(some)

        todo = range(len(predictions), len(block))
        images = (_image(block[place], place, views[block[place]]) for place in todo)
        evaluate_images(images, own, predictor, tally, told)
    return tally, predictions


def _file(predictions: Sequence[Prediction], folder: Path) -> bytes:
    write_predictions(predictions, folder / "predictions.parquet")
    return (folder / "predictions.parquet").read_bytes()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
@settings(max_examples=25)
@given(views=_VIEWS, batch_size=st.integers(1, 9), data=st.data())
def test_any_number_of_shards_killed_anywhere_has_the_result_of_the_unsplit_evaluation(
    count: int, views: list[int], batch_size: int, data: st.DataObject
) -> None:
    samples = [Sample(f"image-{index}", index % 7) for index in range(len(views))]
    with TemporaryDirectory() as name:
        folder = Path(name)
        place = Place(folder / "shards", count)
        whole, expected = _evaluated(folder / "whole", views, range(len(views)), samples, batch_size)
        for shard in data.draw(st.permutations(all_shards(count))):
            block, journals = shard.block(len(views), batch_size), place.journals(shard)
            tally, predictions = _evaluated(journals, views, block, samples, batch_size)
            for _ in range(data.draw(st.integers(0, 2)) if block else 0):
                # A kill leaves the first bytes of what would have been written.
                content = (journals / FILE).read_bytes()
                (journals / FILE).write_bytes(content[: data.draw(st.integers(0, len(content)))])
                tally, predictions = _evaluated(journals, views, block, samples, batch_size)
            work = Work(tally.timed_images, tally.seconds, 0.1, 1.0, tally.latency.views, tally.latency.milliseconds)
            work = Work(**{**vars(work), "views": list(work.views), "milliseconds": list(work.milliseconds)})
            records = Records(
                shard, {"batch_size": str(batch_size)}, moved(predictions, block.start), work, {"is_clocked": True}
            )
            for _ in range(data.draw(st.integers(1, 2))):  # a second worker of the same shard
                write_records(records, batch_size, place.records(shard))
        parts = place.read(samples)
        predictions = proven(parts, count, {}, samples)
        assert predictions == expected
        assert _file(predictions, folder) == _file(expected, folder)
        merged = merged_tally(7, None, predictions, parts).metrics()
        assert {key: merged.get(key) for key in _COUNTED} == {key: whole.metrics().get(key) for key in _COUNTED}
