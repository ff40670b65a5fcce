"""How one job ended, stored in its folder: the sweep's table is made from these, whichever process ran the job."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from clsbench.tracking.credentials import masked

_FILE = "outcome.json"

FINISHED = "FINISHED"
SKIPPED = "SKIPPED"  # finished by an earlier command
PART = "PART"  # the shard is done, but the cell is not yet
FAILED = "FAILED"
KILLED = "KILLED"
NOT_STARTED = "NOT STARTED"  # on_error=stop, after another job failed
MISSING = "MISSING"  # task=plan: it could not start
BETTER = "BETTER FOUND"  # task=doctor: other settings are significantly better
DIED = "DIED"  # its process left no outcome


@dataclass(frozen=True)
class Outcome:
    """``error`` is the first line of what went wrong, empty if nothing did; ``figures`` are metrics by name.

    ``shard``: K/N, if the job is a part of its cell.
    """

    status: str
    name: str = ""
    run_id: str = ""
    error: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    shard: str = ""

    @property
    def good(self) -> bool:
        """Whether the cell, or this shard of it, has its result."""
        return self.status in (FINISHED, SKIPPED, PART)


@dataclass(frozen=True)
class JobOutcome:
    """A job of a sweep, with its number and overrides."""

    number: int
    overrides: tuple[str, ...]
    outcome: Outcome


def write_outcome(outcome: Outcome, folder: Path) -> None:
    """Writes to the job's folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_FILE}.part"
    part.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    part.replace(folder / _FILE)


def outcomes(sweep: Path) -> Sequence[JobOutcome]:
    """The outcomes of every job that has a folder below ``sweep``, by number."""
    folders = sorted((each for each in sweep.iterdir() if each.name.isdigit()), key=lambda each: int(each.name))
    return [JobOutcome(int(each.name), _overrides(each), _outcome(each)) for each in folders]


def first_line(error: BaseException) -> str:
    """The error's message in one line, without passwords."""
    return masked((str(error).strip() or type(error).__name__).partition("\n")[0])


def _outcome(folder: Path) -> Outcome:
    file = folder / _FILE
    if not file.is_file():
        return Outcome(DIED, error=f"its process ended without a message; see {folder / 'clsbench.log'}")
    return Outcome(**json.loads(file.read_text(encoding="utf-8")))


def _overrides(folder: Path) -> tuple[str, ...]:
    file = folder / "overrides.txt"
    return tuple(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else ()
