"""The end of a launcher's processes, on joblib's own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from clsbench.tracking.process_identity import process

_SCRIPT = """
import os, sys, threading, time
from joblib import Parallel, delayed
from clsbench.sweeps.processes import end_children, without_warnings_of_trackers
from clsbench.timing.process_tree import descendants

def job(number):
    open(f"{sys.argv[1]}/{number}", "w").close()
    time.sleep(60)

def work():
    try:
        Parallel(n_jobs=2, timeout=100)(delayed(job)(number) for number in range(2))
    except BaseException:
        pass

without_warnings_of_trackers()
threading.Thread(target=work, daemon=True).start()
while len(os.listdir(sys.argv[1])) < 2:
    time.sleep(0.05)
print(*descendants(os.getpid()), flush=True)
end_children(lambda: True)
time.sleep(3)  # joblib's own threads find its processes dead
os._exit(143)
"""


_ORPHAN = """
import time
from clsbench.sweeps.processes import ends_with_parent
with ends_with_parent():
    print("begun", flush=True)
    time.sleep(60)
"""


# A job whose arguments take a minute to arrive: until they have, joblib's process is in nobody's code but joblib's.
_WAITING = """
import os, signal, sys, threading, time
from joblib import Parallel, delayed
from clsbench.sweeps.processes import is_parent, joblibs_processes_watch
from clsbench.timing.process_tree import descendants

class Slow:
    def __reduce__(self):
        return time.sleep, (60,)

def work():
    Parallel(n_jobs=2, backend="loky")(delayed(print)(Slow()) for _ in range(2))

is_parent()
joblibs_processes_watch()
threading.Thread(target=work, daemon=True).start()
def cmdline(pid):
    try:
        return open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:  # lscpu for instance, which joblib runs to count the cores
        return b""

def started():
    return [pid for pid in descendants(os.getpid()) if b"popen_loky" in cmdline(pid)]

while len(started()) < 2:
    time.sleep(0.05)
time.sleep(float(sys.argv[1]))
print(*started(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_job_that_begins_when_the_sweep_is_dead_already_ends() -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    ended = subprocess.run(
        [sys.executable, "-c", _ORPHAN],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env={**os.environ, "CLSBENCH_SWEEP_PROCESS": str(dead.pid)},
    )
    assert ended.stdout in ("begun\n", "")
    assert ended.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM)


@pytest.mark.parametrize("seconds", [0, 2], ids=["at their start", "at their first job"])
def test_joblibs_processes_that_are_not_in_a_job_end_with_a_sweep_that_is_killed(seconds: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _WAITING, str(seconds)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == -signal.SIGKILL
    pids = ended.stdout.split()
    assert len(pids) == 2, ended.stderr
    _wait_for_the_end_of(pids)


def test_joblibs_processes_end_without_a_word_of_its_tracker_of_resources(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 143
    assert ended.stderr == ""
    pids = ended.stdout.split()
    assert len(pids) >= 3  # two workers, and a tracker
    _wait_for_the_end_of(pids)


def _wait_for_the_end_of(pids: Sequence[str]) -> None:
    deadline = time.monotonic() + 30
    while living := [pid for pid in pids if process(int(pid))]:
        assert time.monotonic() < deadline, living
        time.sleep(0.1)
