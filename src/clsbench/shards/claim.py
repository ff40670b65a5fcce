"""Decides who merges: one worker at a time, and another one if that one is gone."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

from clsbench.errors import MergeError, TrackingError
from clsbench.tracking.process_identity import host, process

_BEAT_SECONDS = 5.0
_SILENCE_SECONDS = 180.0  # after which a worker on another machine counts as gone; a network drive shows a beat late
_UNREACHABLE = (OSError, TrackingError)


class Claims(Protocol):
    """Numbered claims, each of which only one worker can make; the one with the highest number counts."""

    @property
    def look_seconds(self) -> float:
        """Seconds to wait between two looks at the claims."""

    def numbers(self) -> Sequence[int]:
        """The claims that were made, in rising order."""

    def make(self, number: int, content: Mapping[str, object]) -> bool:
        """Whether this call, and no other, made the claim."""

    def content(self, number: int) -> Mapping[str, object]:
        """What the claim says; empty if that is not known (yet)."""

    def write(self, number: int, content: Mapping[str, object]) -> None:
        """Replaces what the claim says; only its owner may do this."""

    def touch(self, number: int) -> None:
        """A sign of life."""

    def seen(self, number: int) -> object:
        """A value that changes with each sign of life; None if it cannot be seen."""


@dataclass
class Claim:
    """The right to merge: the claim with the highest number in ``claims``."""

    claims: Claims
    number: int

    def of_run(self, run_id: str) -> None:
        """Records which run it becomes, for workers that come after an interrupted merge."""
        self.claims.write(self.number, {**_owner(), "run_id": run_id})

    def check(self) -> None:
        """Raises MergeError if another process took over."""
        if _latest(self.claims) != self.number:
            raise MergeError(
                f"{self.claims}: another worker took over the merge, because this one was silent for too long"
            )


@contextmanager
def claimed(claims: Claims, is_settled: Callable[[], bool]) -> Iterator[Claim | None]:
    """The claim; waits while another worker merges. None as soon as ``is_settled``."""
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
        with suppress(*_UNREACHABLE):  # settled and gone, or the next worker waits until it has been silent for long
            claims.write(claim.number, {**claims.content(claim.number), "ended": True})


def broken_off(claims: Claims) -> list[str]:
    """The runs that earlier merges began."""
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
    """A claim of another worker: whether its beat continues, by this machine's clock only."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._seen: tuple[int, object] | None = None
        self._since = 0.0

    def is_gone(self, number: int) -> bool:
        """Whether its owner has ended, as far as this machine can know."""
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
