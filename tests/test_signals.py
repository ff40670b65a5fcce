"""A signal becomes one exception in the main thread, and the block that it came in ends with it."""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clsbench.signals import signals_end_the_run
from clsbench.tracking.tracker import Killed

_SECONDS = 10.0


def _signal(number: signal.Signals = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def _work() -> None:
    """Goes on until an exception ends it."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        time.sleep(0.001)


def _killed(body: Callable[[], object]) -> Killed:
    """What ends ``body``, before its work is over."""
    start = time.monotonic()
    with pytest.raises(Killed) as raised, signals_end_the_run():
        body()
    assert time.monotonic() - start < _SECONDS
    return raised.value


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_killed_and_the_handlers_are_put_back(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]

    def body() -> None:
        _signal(number)
        _work()

    assert _killed(body).signal == number
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)] == before


def test_an_import_comes_to_its_end_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "signalled_module.py").write_text(
        "import os, signal, time\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    time.sleep(0.1)\n"
        "    whole = True\n"
        "except BaseException as error:\n"
        "    raise ImportError('cannot be loaded') from error\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def body() -> None:
        assert importlib.import_module("signalled_module").whole
        _work()

    assert _killed(body).signal == signal.SIGTERM


def test_what_a_bare_except_has_swallowed_is_raised_again() -> None:
    swallowed = []

    def body() -> None:
        try:
            _signal()
            _work()
        except BaseException as error:  # noqa: BLE001 - as some libraries have it
            swallowed.append(type(error))
        _work()

    _killed(body)
    assert swallowed == [Killed]


def test_one_that_was_turned_into_another_error_is_killed_all_the_same() -> None:
    def body() -> None:
        try:
            _signal()
            _work()
        except Killed as killed:
            raise RuntimeError("not installed here") from killed

    assert isinstance(_killed(body).__cause__, RuntimeError)


def test_a_block_that_ends_before_the_signal_is_raised_ends_with_it() -> None:
    def body() -> None:
        with contextlib.suppress(Killed):
            _signal()
            _work()

    _killed(body)


def test_while_killed_is_handled_it_is_not_raised_again() -> None:
    closed = []

    def body() -> None:
        try:
            _signal()
            _work()
        except Killed:
            time.sleep(0.2)
            closed.append(True)
            raise

    _killed(body)
    assert closed == [True]


_PROGRAM = """
import os, signal, time
from clsbench.signals import signals_end_the_run
from clsbench.tracking.tracker import Killed
def work():
    end = time.monotonic() + 10
    while time.monotonic() < end:
        time.sleep(0.001)
with signals_end_the_run():
{body}
print("through")
"""


def _ended(body: str, prepared: Callable[[], object] | None = None) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-c", _PROGRAM.format(body="\n".join(f"    {line}" for line in body.splitlines()))]
    return subprocess.run(program, capture_output=True, text=True, check=False, preexec_fn=prepared)


def test_what_a_finalizer_has_swallowed_is_raised_again() -> None:
    finalizer = "class Signalled:\n    def __del__(self):\n        os.kill(os.getpid(), 15)\n        work()\n"
    ended = _ended(f"{finalizer}signalled = Signalled()\ndel signalled\nprint('swallowed')\nwork()\nprint('worked')")
    assert ended.stdout == "swallowed\n"
    assert ended.stderr.splitlines()[-1].endswith("Killed: stopped by signal 15")
    assert "ignored" not in ended.stderr  # because it is not


def test_another_error_that_python_ignores_in_a_finalizer_is_still_shown() -> None:
    finalizer = "class Faulty:\n    def __del__(self):\n        raise ValueError('a bug')\n"
    ended = _ended(f"{finalizer}faulty = Faulty()\ndel faulty")
    assert ended.stdout == "through\n"
    assert "Exception ignored in" in ended.stderr
    assert "ValueError: a bug" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(number: signal.Signals) -> None:
    ended = _ended(
        f"os.kill(os.getpid(), {int(number)})\ntime.sleep(0.1)",
        lambda: signal.signal(number, signal.SIG_IGN),
    )
    assert (ended.returncode, ended.stdout) == (0, "through\n"), ended.stderr


def test_a_second_signal_ends_the_process_also_in_a_block_around() -> None:
    inner = "try:\n    with signals_end_the_run():\n        os.kill(os.getpid(), 15)\n        work()\nexcept Killed:\n"
    ended = _ended(f"{inner}    os.kill(os.getpid(), 15)\n    work()")
    assert ended.returncode == -signal.SIGTERM
