"""Who merges: one worker at a time, and another one where that one is gone."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from clsbench.errors import MergeError
from clsbench.shards.place import write_json
from clsbench.tracking.process_identity import host, process

_BEAT_SECONDS = 5.0
_SILENCE_SECONDS = 180.0  # after which one of another machine is gone; a network drive shows a beat late
_LOOK_SECONDS = 0.2


@dataclass
class Claim:
    """The right to merge: the file ``merge.N`` with the highest N, made once by one (O_EXCL), as NFS has it."""

    folder: Path
    number: int

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / f"merge.{self.number}"

    def of_run(self, run_id: str) -> None:
        """Keeps which run it becomes, for those who come after a merge that was broken off."""
        write_json({**_owner(), "run_id": run_id}, self.path)

    def check(self) -> None:
        """Nothing while it is this process's; MergeError where another one took over."""
        if _latest(self.folder) != self.number:
            raise MergeError(f"{self.folder}: another worker took over the merge, for this one was silent for long")


@contextmanager
def claimed(folder: Path, is_settled: Callable[[], bool]) -> Iterator[Claim | None]:
    """The claim, waited for while another worker merges; None as soon as ``is_settled``."""
    claim = _waited_for(folder, is_settled)
    if claim is None:
        yield None
        return
    ended = Event()
    beat = Thread(target=_beat, args=(claim.path, ended), name="holds the claim", daemon=True)
    beat.start()
    try:
        yield claim
    finally:
        ended.set()
        beat.join(_BEAT_SECONDS)
        with suppress(OSError):  # gone with its folder, or the next one waits until it is silent for long
            write_json({**_content(claim.path), "ended": True}, claim.path)


def broken_off(folder: Path) -> list[str]:
    """The runs that earlier merges in ``folder`` had begun."""
    contents = [_content(path) for path in sorted(folder.glob("merge.*"))]
    return [str(content["run_id"]) for content in contents if content.get("run_id")]


def _waited_for(folder: Path, is_settled: Callable[[], bool]) -> Claim | None:
    watched = _Watched()
    while True:
        if is_settled():
            return None
        latest = _latest(folder)
        if (latest < 0 or watched.is_gone(folder / f"merge.{latest}")) and _made(folder / f"merge.{latest + 1}"):
            return Claim(folder, latest + 1)
        time.sleep(_LOOK_SECONDS)


class _Watched:
    """Another's claim: whether its beat goes on, by this machine's clock alone."""

    def __init__(self) -> None:
        self._seen: tuple[Path, float] | None = None
        self._since = 0.0

    def is_gone(self, path: Path) -> bool:
        """Whether its owner has ended, as far as that can be known from here."""
        owner = _content(path)
        if owner.get("ended"):
            return True
        if owner.get("host") == host():
            pid = str(owner.get("process")).partition(":")[0]
            return not (pid.isdecimal() and process(int(pid)) == owner.get("process"))
        try:
            seen = (path, path.stat().st_mtime)
        except OSError:
            return False
        if seen != self._seen:
            self._seen, self._since = seen, time.monotonic()
        return time.monotonic() - self._since > _SILENCE_SECONDS


def _latest(folder: Path) -> int:
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return -1
    numbers = [name.removeprefix("merge.") for name in names if name.startswith("merge.")]
    return max((int(number) for number in numbers if number.isdecimal()), default=-1)


def _made(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except (FileExistsError, FileNotFoundError):  # another one was first, or the folder is settled and gone
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_owner(), file)
    return True


def _content(path: Path) -> dict[str, object]:
    """Empty where its owner has not written it yet."""
    with suppress(OSError, ValueError):
        return dict(json.loads(path.read_text(encoding="utf-8")))
    return {}


def _owner() -> dict[str, object]:
    return {"host": host(), "process": process()}


def _beat(path: Path, ended: Event) -> None:
    while not ended.wait(_BEAT_SECONDS):
        with suppress(OSError):
            os.utime(path)
