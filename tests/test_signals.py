"""A signal becomes one exception in the main thread."""

import os
import signal

import pytest

from clsbench.signals import signals_end_the_run
from clsbench.tracking.tracker import Killed


def _signalled(number: signal.Signals) -> None:
    with signals_end_the_run():
        os.kill(os.getpid(), number)
        signal.pause()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_killed_and_the_handlers_are_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Killed) as raised:
        _signalled(number)
    assert raised.value.signal == number
    assert signal.getsignal(number) == before
