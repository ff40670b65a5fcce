import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clsbench.engines.calls import Calls


def test_waiting_ends_when_the_last_call_does() -> None:
    calls = Calls()

    def call(seconds: float) -> None:
        with calls.counted():
            time.sleep(seconds)

    with ThreadPoolExecutor(2) as threads:
        threads.submit(call, 0.1)
        threads.submit(call, 0.3)
        time.sleep(0.05)
        assert not calls.wait_for_none(0.01)
        assert calls.wait_for_none(10)


def test_a_call_that_fails_is_no_longer_counted() -> None:
    calls = Calls()
    with pytest.raises(ValueError, match="failed"), calls.counted():
        raise ValueError("failed")
    assert calls.wait_for_none(0)
