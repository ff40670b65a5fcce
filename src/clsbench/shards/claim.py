"""Who merges: one worker at a time, and another one where that one is gone."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

from clsbench.errors import MergeError, TrackingError
from clsbench.tracking.process_identity import host, process

_BEAT_SECONDS = 5.0
_SILENCE_SECONDS = 180.0  # after which one of another machine is gone; a network drive shows a beat late
_UNREACHABLE = (OSError, TrackingError)


class Claims(Protocol):
    """Numbered claims, each of which one alone can make; the one with the highest number counts."""

    @property
    def look_seconds(self) -> float:
        """How long to wait between two looks at them."""

    def numbers(self) -> Sequence[int]:
        """Those that were made, rising."""

    def make(self, number: int, content: Mapping[str, object]) -> bool:
        """Whether this call made it, and no other one."""

    def content(self, number: int) -> Mapping[str, object]:
        """What it says; empty where that is not known (yet)."""

    def write(self, number: int, content: Mapping[str, object]) -> None:
        """Replaces what it says; its owner's alone."""

    def touch(self, number: int) -> None:
        """A sign of life."""

    def seen(self, number: int) -> object:
        """Another value after each sign of life; None where it cannot be seen."""


@dataclass
class Claim:
    """The right to merge: the one of ``claims`` with the highest number."""

    claims: Claims
    number: int

    def of_run(self, run_id: str) -> None:
        """Keeps which run it becomes, for those who come after a merge that was broken off."""
        self.claims.write(self.number, {**_owner(), "run_id": run_id})

    def check(self) -> None:
        """Nothing while it is this process's; MergeError where another one took over."""
        if _latest(self.claims) != self.number:
            raise MergeError(
                f"{self.claims}: another worker took over the merge, because this one was silent for too long"
            )


@contextmanager
def claimed(claims: Claims, is_settled: Callable[[], bool]) -> Iterator[Claim | None]:
    """The claim, waited for while another worker merges; None as soon as ``is_settled``."""
    claim = _waited_for(claims, is_settled)
    if claim is None:
        yield None
        return
    ended = Event()
    beat = Thread(target=_beat, args=(claim, ended), name="holds the claim", daemon=True)
    beat.start()
    try:
        yield claim
    finally:
        ended.set()
        beat.join(_BEAT_SECONDS)
        with suppress(*_UNREACHABLE):  # settled and gone, or the next one waits until it is silent for long
            claims.write(claim.number, {**claims.content(claim.number), "ended": True})


def broken_off(claims: Claims) -> list[str]:
    """The runs that earlier merges had begun."""
    contents = [claims.content(number) for number in claims.numbers()]
    return [str(content["run_id"]) for content in contents if content.get("run_id")]


def _waited_for(claims: Claims, is_settled: Callable[[], bool]) -> Claim | None:
    watched = _Watched(claims)
    while True:
        if is_settled():
            return None
        latest = _latest(claims)
        if (latest < 0 or watched.is_gone(latest)) and claims.make(latest + 1, _owner()):
            return Claim(claims, latest + 1)
        time.sleep(claims.look_seconds)


class _Watched:
    """Another's claim: whether its beat goes on, by this machine's clock alone."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._seen: tuple[int, object] | None = None
        self._since = 0.0

    def is_gone(self, number: int) -> bool:
        """Whether its owner has ended, as far as that can be known from here."""
        owner = self._claims.content(number)
        if owner.get("ended"):
            return True
        if owner.get("host") == host():
            pid = str(owner.get("process")).partition(":")[0]
            return not (pid.isdecimal() and process(int(pid)) == owner.get("process"))
        beat = self._claims.seen(number)
        if beat is None:
            return False
        if (number, beat) != self._seen:
            self._seen, self._since = (number, beat), time.monotonic()
        return time.monotonic() - self._since > _SILENCE_SECONDS


def _latest(claims: Claims) -> int:
    return max(claims.numbers(), default=-1)


def _owner() -> dict[str, object]:
    return {"host": host(), "process": process()}


def _beat(claim: Claim, ended: Event) -> None:
    while not ended.wait(_BEAT_SECONDS):
        with suppress(*_UNREACHABLE):
            claim.claims.touch(claim.number)
