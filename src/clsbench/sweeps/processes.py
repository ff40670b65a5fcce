"""Ends the processes of a launcher in an orderly way when the sweep ends."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from threading import Thread

from clsbench.timing.process_tree import descendants
from clsbench.tracking.process_identity import process

# A job closes its run as KILLED within two seconds of the signal; a busy machine takes longer.
_GRACE_SECONDS = 10.0
_DEATH_SECONDS = 5.0
_LOOK_SECONDS = 0.5
_PARENT = "CLSBENCH_SWEEP_PROCESS"
_OF_TRACKERS = "ignore:resource_tracker:UserWarning"  # the start of the message, and its category


def without_warnings_of_trackers() -> None:
    """Hides joblib's warning, when a sweep is stopped, that its resource tracker removes what is left."""
    given = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = f"{given},{_OF_TRACKERS}" if given else _OF_TRACKERS


def is_parent() -> None:
    """Tells the processes that a launcher starts from here which process they must not outlive."""
    os.environ[_PARENT] = str(os.getpid())


def joblibs_processes_watch() -> None:
    """Makes processes that joblib starts watch this one from their own start, before they get a first job.

    Otherwise a process that waits for a job, or is in the middle of a message, when this one is killed with SIGKILL
    would wait forever, because such processes hold both ends of the pipes that they read.
    """
    # Imported late: only a sweep with hydra/launcher=joblib needs it, and then it is installed.
    from joblib.parallel import BACKENDS, register_parallel_backend  # noqa: PLC0415

    # The launcher requests "loky" by name, and has no setting for what its processes do first.
    register_parallel_backend("loky", partial(BACKENDS["loky"], initializer=watch_parent))


def watch_parent() -> None:
    """From now on, this process ends when the process that started it has ended."""
    _watch()


def end_children(closed: Callable[[], bool]) -> None:
    """Lets every process below this one that is in a run close it, until all are ``closed``, then kills them.

    Only those in a run catch SIGTERM. Any other would die of it, and joblib then kills the rest at once.
    """
    told: set[int] = set()
    deadline = time.monotonic() + _GRACE_SECONDS
    while not closed() and time.monotonic() < deadline:
        # Repeated in each round: a process that was about to begin its run may be in it only now.
        for pid in [each for each in descendants(os.getpid()) if each not in told and _catches_sigterm(each)]:
            told.add(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        time.sleep(0.05)
    killed = {pid: process(pid) for pid in descendants(os.getpid()) if not _tracks_resources(pid)}
    for pid in killed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    # They die in their own time; until then their runs would look open.
    deadline = time.monotonic() + _DEATH_SECONDS
    while any(was and process(pid) == was for pid, was in killed.items()) and time.monotonic() < deadline:
        time.sleep(0.02)


@contextmanager
def ends_with_parent() -> Iterator[None]:
    """A job in one of joblib's processes, which would outlive a starter that is killed, for instance with SIGKILL.

    When its starter is gone, a running job gets SIGTERM and closes its run, and the process ends.
    """
    watch = _watch()
    watch.in_job = True
    try:
        yield
    finally:
        watch.in_job = False
        if watch.is_orphan:
            os._exit(128 + signal.SIGTERM)


@cache
def _watch() -> "_ParentWatch":
    watch = _ParentWatch()
    watch.start()
    return watch


class _ParentWatch(Thread):
    """Polls: Linux's PR_SET_PDEATHSIG sends a signal for each thread of the parent, and a second one is too many."""

    def __init__(self) -> None:
        super().__init__(name="watches the parent", daemon=True)
        # As told by the parent: it may be dead before this process has begun its first job.
        self.parent = int(os.environ.get(_PARENT) or os.getppid())
        self.in_job = False

    @property
    def is_orphan(self) -> bool:
        """Whether the parent is gone."""
        return os.getppid() != self.parent

    def run(self) -> None:
        """Runs until the parent is gone."""
        while not self.is_orphan:
            time.sleep(_LOOK_SECONDS)
        if self.in_job:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            os._exit(128 + signal.SIGTERM)


def _tracks_resources(pid: int) -> bool:
    """Whether the process cleans up after joblib or multiprocessing; it ends by itself with this process.

    If it were killed, joblib's threads would start it again. It would then know nothing of what it is told to remove,
    and report that in tracebacks.
    """
    with suppress(OSError):
        return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _catches_sigterm(pid: int) -> bool:
    """Uses the mask of caught signals in /proc/PID/status (proc_pid_status(5)); dead processes have none."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    return False
