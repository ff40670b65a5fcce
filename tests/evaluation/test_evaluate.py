import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.loader import LoadedImage
from clsbench.errors import EngineError
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.tally import Tally

# An image is its views' weights, or None where it is bad.
_IMAGES = st.lists(st.none() | st.lists(st.integers(1, 6), min_size=1, max_size=14), max_size=10)


@settings(deadline=None)
@given(images=_IMAGES, batch_size=st.integers(1, 9), streams=st.integers(1, 4))
def test_the_result_is_that_of_one_view_after_the_other(
    bench: Any, images: list[list[float] | None], batch_size: int, streams: int
) -> None:
    loaded = [
        bench.bad_image(index, "empty") if weights is None else bench.image(index, weights)
        for index, weights in enumerate(images)
    ]
    labels = [index % 7 for index in range(len(images))]
    scoring = bench.sums(7)
    one = bench.run(loaded, labels, bench.uniform(7, batch_size=1, scoring=scoring), 7)
    many = bench.run(loaded, labels, bench.uniform(7, batch_size=batch_size, streams=streams, scoring=scoring), 7)
    assert many[1] == one[1]
    assert [prediction.index for prediction in many[1]] == list(range(len(images)))
    assert many[0].rates() == one[0].rates()
    views = [len(weights) if weights else 0 for weights in images]
    assert many[0].metrics()["views"] == sum(views)
    blocks = [sum(views[first : first + batch_size]) for first in range(0, len(views), batch_size)]
    assert many[0].metrics()["forwards"] == sum(-(-block // batch_size) for block in blocks)


def test_the_probability_is_the_weighted_mean_over_the_views(bench: Any) -> None:
    scores = np.array([[0.5, 0.5], [0.2, 0.8]], np.float32)
    predictor = bench.uniform(2, batch_size=2, scoring=lambda views: scores)
    _, (prediction,) = bench.run([bench.image(0, [1, 2])], [0], predictor, 2)
    assert prediction.label_probability == pytest.approx((0.5 + 2 * 0.2) / 3)


def test_a_net_that_scores_all_classes_alike_has_its_share_of_hits_and_no_more(bench: Any) -> None:
    labels = list(range(20))
    tally, _ = bench.run([bench.image(index) for index in labels], labels, bench.uniform(20), 20)
    assert (tally.rates()["top1_accuracy"], tally.rates()["top5_accuracy"]) == (5, 25)


def test_images_without_any_view_are_told_in_their_place(bench: Any) -> None:
    images = [bench.image(0), bench.bad_image(1, "not an image"), bench.image(2)]
    tally, told = bench.run(images, [0, 0, 0], bench.uniform(5, batch_size=8), 5)
    assert [prediction.status for prediction in told] == ["ok", "bad", "ok"]
    assert told[1].problem == "not an image"
    assert (tally.images_bad, tally.rates()["top1_error"]) == (1, pytest.approx(100 / 3))


def test_only_bad_images_need_no_forward(bench: Any) -> None:
    tally, told = bench.run([bench.bad_image(0, "empty")], [3], bench.uniform(5), 5)
    assert (len(told), tally.metrics()["forwards"], tally.rates()["top5_error"]) == (1, 0, 100)


def test_the_images_may_be_any_part_of_the_dataset(bench: Any) -> None:
    _, told = bench.run([bench.image(5), bench.image(2)], [None] * 9, bench.uniform(5), 5)
    assert [(prediction.index, prediction.name) for prediction in told] == [(5, "image-5"), (2, "image-2")]


def test_a_score_that_is_no_number_ends_the_evaluation_with_the_images_name(bench: Any) -> None:
    def spoilt(views: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = np.zeros((len(views), 5), np.float32)
        scores[views[:, 0, 0, 0] == 9] = np.nan
        return scores

    images = [bench.image(index) for index in range(6)]
    assert images[4].views is not None
    images[4].views[:] = 9
    with pytest.raises(EngineError, match="image-4: 5 of 5 scores are not finite"):
        bench.run(images, [0] * 6, bench.uniform(5, streams=2, scoring=spoilt), 5)


def test_another_number_of_classes_ends_the_evaluation(bench: Any) -> None:
    with pytest.raises(EngineError, match="image-0: 4 scores; expected one for each of 5 classes"):
        bench.run([bench.image(0)], [0], bench.uniform(4), 5)


def test_an_error_of_the_engine_ends_the_evaluation(bench: Any) -> None:
    def fail(views: NDArray[np.float32]) -> NDArray[np.float32]:
        raise EngineError("it died")

    images = [bench.image(index) for index in range(50)]
    with pytest.raises(EngineError, match="it died"):
        bench.run(images, [0] * 50, bench.uniform(5, streams=3, scoring=fail), 5)


def test_nothing_runs_beside_the_first_forward(bench: Any) -> None:
    running, most = [0], list[int]()
    lock = threading.Lock()

    def watched(views: NDArray[np.float32]) -> NDArray[np.float32]:
        with lock:
            running[0] += 1
            most.append(running[0])
        time.sleep(0.1 if len(most) == 1 else 0.01)
        with lock:
            running[0] -= 1
        return np.zeros((len(views), 5), np.float32)

    images = [bench.image(index) for index in range(12)]
    tally, _ = bench.run(images, [0] * 12, bench.uniform(5, batch_size=1, streams=3, scoring=watched), 5)
    assert most[:2] == [1, 1]
    assert max(most) > 1
    assert tally.metrics()["first_batch_ms"] >= 100 > tally.metrics()["batch_ms_p99"]


def test_images_are_taken_no_faster_than_they_are_forwarded(bench: Any) -> None:
    forwarded, ahead = list[int](), list[int]()

    def images() -> Iterator[LoadedImage]:
        for index in range(60):
            ahead.append(index - sum(forwarded))
            yield bench.image(index)

    def slow(views: NDArray[np.float32]) -> NDArray[np.float32]:
        time.sleep(0.002)
        forwarded.append(len(views))
        return np.zeros((len(views), 5), np.float32)

    predictor = bench.uniform(5, batch_size=2, streams=2, scoring=slow)
    evaluate_images(images(), bench.samples([0] * 60), predictor, Tally(5), lambda predictions: None)
    assert max(ahead) <= 2 * (2 * 2) + 2  # two batches a stream, and one that is being filled


class _Stop(BaseException):
    pass


@contextmanager
def _stop_after(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise _Stop

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _hanging(event: threading.Event, after: int) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    forwards = [0]

    def score(views: NDArray[np.float32]) -> NDArray[np.float32]:
        forwards[0] += 1
        if forwards[0] > after:
            event.wait(30)
        return np.zeros((len(views), 5), np.float32)

    return score


@pytest.mark.parametrize("streams", [1, 2])
def test_a_signal_ends_it_during_a_forward_that_takes_long_and_the_tally_has_what_was_measured(
    bench: Any, streams: int
) -> None:
    event, tally = threading.Event(), Tally(5)
    predictor = bench.uniform(5, batch_size=1, streams=streams, scoring=_hanging(event, 7))
    images = [bench.image(index) for index in range(20)]
    start = time.monotonic()
    with pytest.raises(_Stop), _stop_after(0.5):
        evaluate_images(images, bench.samples([0] * 20), predictor, tally, lambda predictions: None)
    assert time.monotonic() - start < 2
    event.set()
    assert 5 <= tally.metrics()["images"] <= 7  # the last may be on their way
    assert tally.metrics()["top1_error"] == 0
    assert tally.metrics()["images_per_second"] > 0


_PROGRAM = """
import signal, time
import numpy as np
from types import SimpleNamespace
from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.uniform import Uniform
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.tally import Tally

def stop(number, frame):
    raise KeyboardInterrupt

signal.signal(signal.SIGTERM, stop)
forwards = []

def score(views):
    forwards.append(1)
    if len(forwards) > 3:
        print("hangs", flush=True)
        time.sleep(30)
    return np.zeros((len(views), 5), np.float32)

images = [LoadedImage(n, np.zeros((1, 1, 2, 2), np.float32), np.ones(1, np.float32), None) for n in range(9)]
tally = Tally(5)
try:
    with Uniform(1, 1, score).open(SimpleNamespace(classes=5)) as predictor:
        evaluate_images(images, [Sample("x", 0)] * 9, predictor, tally, lambda predictions: None)
except KeyboardInterrupt:
    print("images", tally.images, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_whole_process_ends_within_two_seconds_of_a_signal(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "hangs\n"
        process.send_signal(number)
        start = time.monotonic()
        assert process.stdout.read() in ("images 2\n", "images 3\n")  # the third may be on its way
        assert process.wait(10) == 0
        assert time.monotonic() - start < 2
