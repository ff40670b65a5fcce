"""``shards=8`` in a sweep: each job becomes eight, with ``shard=1/8`` to ``shard=8/8``."""

from collections.abc import Iterable, Sequence

from clsbench.shards.shard import all_shards

EVALUATE = "evaluate"


def split_jobs(jobs: Iterable[Sequence[str]], *, task: object, shards: object) -> list[list[str]]:
    """Splits every evaluation job; ``task`` and ``shards`` apply if a job's overrides do not set them."""
    return [part for job in jobs for part in _parts(list(job), str(task), str(shards))]


def unsplit(overrides: Iterable[str]) -> tuple[str, ...]:
    """The command for the whole cell at once."""
    return tuple(each for each in overrides if _key(each) not in ("shard", "shards", "merge.via"))


def _parts(job: list[str], task: str, shards: str) -> list[list[str]]:
    given = {_key(each): each.partition("=")[2] for each in job}
    count = given.get("shards", shards)
    if given.get("task", task) != EVALUATE or "shard" in given or not count.isdecimal() or int(count) < 2:
        return [job]
    return [[*job, f"shard={shard}"] for shard in all_shards(int(count))]


def shard_in(overrides: Iterable[str]) -> str:
    """The K/N of a job; empty for a whole cell."""
    return next((each.partition("=")[2] for each in overrides if _key(each) == "shard"), "")


def _key(override: str) -> str:
    return override.partition("=")[0].lstrip("+~")
