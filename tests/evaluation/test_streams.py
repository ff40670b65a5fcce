import threading
import time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.engines.engine import Predictor
from clsbench.errors import EngineError
from clsbench.evaluation.packing import Batch, Part, ScoredImage
from clsbench.evaluation.streams import streams


def _batch(bench: Any) -> Batch:
    loaded = bench.image(0, [1.0, 1.0])
    return Batch((Part(ScoredImage(0, loaded.weights, None), 0, loaded.views),))


def test_as_many_forwards_run_at_once_as_there_are_streams(bench: Any) -> None:
    barrier = threading.Barrier(3, timeout=10)

    def meet(views: NDArray[np.float32]) -> NDArray[np.float32]:
        barrier.wait()
        return np.zeros((len(views), 5), np.float32)

    with streams(bench.uniform(5, streams=3, scoring=meet)) as opened:
        for _ in range(3):
            opened.submit(_batch(bench))
        assert [opened.received().views for _ in range(3)] == [2, 2, 2]


def test_the_time_is_that_of_the_predictor(bench: Any) -> None:
    def slow(views: NDArray[np.float32]) -> NDArray[np.float32]:
        time.sleep(0.1)
        return np.zeros((len(views), 5), np.float32)

    with streams(bench.uniform(5, scoring=slow)) as opened:
        opened.submit(_batch(bench))
        assert 100 <= opened.received().milliseconds < 1000


def test_an_error_of_the_predictor_is_raised_where_its_scores_are_waited_for(bench: Any) -> None:
    def fail(views: NDArray[np.float32]) -> NDArray[np.float32]:
        raise EngineError("no more")

    with streams(bench.uniform(5, scoring=fail)) as opened:
        opened.submit(_batch(bench))
        with pytest.raises(EngineError, match="no more"):
            opened.received()


def test_leaving_ends_the_threads_and_drops_what_waits(bench: Any) -> None:
    done: list[int] = []

    def slow(views: NDArray[np.float32]) -> NDArray[np.float32]:
        time.sleep(0.05)
        done.append(len(views))
        return np.zeros((len(views), 5), np.float32)

    predictor: Predictor = bench.uniform(5, scoring=slow)
    with streams(predictor) as opened:
        for _ in range(100):
            opened.submit(_batch(bench))
        opened.received()
    assert len(done) < 10
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("stream-")]


def test_leaving_does_not_wait_for_a_forward_that_takes_long(bench: Any) -> None:
    ended = threading.Event()

    def long(views: NDArray[np.float32]) -> NDArray[np.float32]:
        ended.wait(30)
        return np.zeros((len(views), 5), np.float32)

    with streams(bench.uniform(5, scoring=long)) as opened:
        opened.submit(_batch(bench))
        time.sleep(0.1)
        left = time.monotonic()
    assert time.monotonic() - left < 1
    ended.set()
