"""The jobs of a sweep by cell: the shards of one cell share a row, a count and a result."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from clsbench.shards.jobs import shard_in, unsplit
from clsbench.sweeps.outcome import FAILED, FINISHED, PART, SKIPPED, JobOutcome, Outcome


def whole_cells(jobs: Iterable[JobOutcome]) -> list[JobOutcome]:
    """One job per cell, by number; for a split cell, the job that merged, else the first that failed."""
    cells: dict[tuple[str, ...], list[JobOutcome]] = {}
    for job in jobs:
        shard = _shard(job)
        key = (*unsplit(job.overrides), _count(shard)) if shard else (str(job.number),)
        cells.setdefault(key, []).append(job)
    return [_cell(parts) if _shard(parts[0]) else parts[0] for parts in cells.values()]


def _cell(parts: Sequence[JobOutcome]) -> JobOutcome:
    of_all = replace(parts[0], overrides=unsplit(parts[0].overrides))
    for status in (FINISHED, SKIPPED):
        for part in parts:
            if part.outcome.status == status:
                return replace(of_all, number=part.number, outcome=part.outcome)
    for part in parts:
        if not part.outcome.good:
            outcome = replace(part.outcome, error=f"shard {_shard(part)}: {part.outcome.error}")
            return replace(of_all, number=part.number, outcome=outcome)
    return replace(of_all, outcome=_unmerged(parts))


def _unmerged(parts: Sequence[JobOutcome]) -> Outcome:
    shards = [_shard(part) for part in parts]
    name = parts[0].outcome.name.rpartition(" shard ")[0]
    if len(parts) < int(_count(shards[0])):
        return Outcome(PART, f"{name} shards {', '.join(shards)}")
    error = "its shards are done, but were not merged: clsbench merge with the same overrides says why"
    return Outcome(FAILED, name, error=error)


def _shard(job: JobOutcome) -> str:
    """The K/N of a job; a process that died has it only in its overrides."""
    return job.outcome.shard or shard_in(job.overrides)


def _count(shard: str) -> str:
    return shard.partition("/")[2]
