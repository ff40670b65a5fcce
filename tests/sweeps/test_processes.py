"""The end of a launcher's processes, on joblib's own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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


def test_joblibs_processes_end_without_a_word_of_its_tracker_of_resources(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 143
    assert ended.stderr == ""
    pids = ended.stdout.split()
    assert len(pids) >= 3  # two workers, and a tracker
    deadline = time.monotonic() + 30
    while living := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, living
        time.sleep(0.1)
