"""The proof that shards make up one evaluation: every image once, and all evaluated in the same way."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from clsbench.data.dataset import Sample
from clsbench.errors import MergeError
from clsbench.evaluation.record import Prediction
from clsbench.shards.records import Records
from clsbench.shards.shard import Shard, all_shards

_NAMED = 3  # images; those of a whole shard would fill the screen


def proven(
    parts: Sequence[Records], count: int, identity: Mapping[str, str], samples: Sequence[Sample]
) -> list[Prediction]:
    """Every prediction, in the order of ``samples``.

    ``identity``: what each of the ``count`` shards must have been evaluated with, as far as known. Raises MergeError,
    which names what is missing, duplicated or different.
    """
    faults = [*_missing_shards(parts, count), *_different(parts, identity), *_counted(parts, samples)]
    if faults:
        raise MergeError(f"the shards are not a complete evaluation, so no result is made: {'; '.join(faults)}")
    return sorted((each for part in parts for each in part.predictions), key=lambda each: each.index)


def _missing_shards(parts: Sequence[Records], count: int) -> list[str]:
    there = Counter(part.shard for part in parts)
    missing = [shard for shard in all_shards(count) if shard not in there]
    double = [shard for shard, times in there.items() if times > 1]
    foreign = [shard for shard in there if shard.count != count]
    said = {"missing": missing, "double": double, f"not one of {count}": foreign}
    return [f"{what}: shard{'s' * (len(which) > 1)} {_listed(which)}" for what, which in said.items() if which]


def _different(parts: Sequence[Records], identity: Mapping[str, str]) -> list[str]:
    """Differences from the expected values or, for keys without one, from the first shard."""
    if not parts:
        return []
    expected = {**parts[0].identity, **identity}
    said = []
    for key in sorted({*expected, *(key for part in parts for key in part.identity)}):
        values: dict[str, list[Shard]] = {}
        for part in parts:
            values.setdefault(str(part.identity.get(key)), []).append(part.shard)
        others = {value: shards for value, shards in values.items() if value != str(expected.get(key))}
        said += [
            f"different: {key} is {value} in shard{'s' * (len(shards) > 1)} {_listed(shards)}, not {expected.get(key)}"
            for value, shards in others.items()
        ]
    return said


def _counted(parts: Sequence[Records], samples: Sequence[Sample]) -> list[str]:
    times = Counter(each.index for part in parts for each in part.predictions)
    missing = [index for index in range(len(samples)) if index not in times]
    double = sorted(index for index, number in times.items() if number > 1)
    said = {"missing": missing, "double": double}
    return [f"{what}: {_images(which, samples)}" for what, which in said.items() if which]


def _images(indices: Sequence[int], samples: Sequence[Sample]) -> str:
    named = [f"{index + 1} ({samples[index].name})" for index in indices[:_NAMED]]
    more = f" and {len(indices) - _NAMED} more" if len(indices) > _NAMED else ""
    return f"image{'s' * (len(indices) > 1)} {', '.join(named)}{more} of {len(samples)}"


def _listed(shards: Iterable[Shard]) -> str:
    return ", ".join(map(str, shards))
