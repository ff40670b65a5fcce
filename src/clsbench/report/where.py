"""``--where``: which runs count, as short words (``engine=openvino device=cpu``) or as an MLflow filter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clsbench.report.run import Run

_WORD = re.compile(r"(?:tags\.|params\.)?([A-Za-z_]\w*)(!?=)([^\s'\"=]+)")


@dataclass(frozen=True)
class Condition:
    """``key=a,b``: the run's tag or param has one of these values; with ``unequal``, none of them."""

    key: str
    values: tuple[str, ...]
    unequal: bool = False

    def holds(self, run: Run) -> bool:
        """Whether the run meets it; a run that ended before the key was known is kept, so that its failure shows."""
        value = run.get(self.key)
        if value is None and not run.finished:
            return True
        return (value in self.values) != self.unequal


@dataclass(frozen=True)
class Where:
    """Every condition must hold; the store itself searches with ``mlflow_filter`` and ``tags``.

    ``tags`` are those that every relevant run has from its start, so that a store of 10,000 runs sends only a few.
    """

    conditions: tuple[Condition, ...] = ()
    mlflow_filter: str = ""
    tags: tuple[tuple[str, str], ...] = ()

    def holds(self, run: Run) -> bool:
        """Whether every condition holds."""
        return all(run.tags.get(key) == value for key, value in self.tags) and all(
            each.holds(run) for each in self.conditions
        )

    @property
    def searched(self) -> Sequence[str]:
        """The clauses of the MLflow filter."""
        # A value with both quotes that MLflow's filters know is left to ``holds``.
        tags = [f"tags.`{key}` = {_quoted(value)}" for key, value in self.tags if not {"'", '"'} <= set(value)]
        return [*tags, self.mlflow_filter] if self.mlflow_filter else tags

    def with_tag(self, key: str, value: str) -> "Where":
        """The condition that also requires the tag."""
        return replace(self, tags=(*self.tags, (key, value)))


def parse_where(text: str) -> Where:
    """Parses short words if every word is one; anything else is an MLflow filter, which MLflow checks."""
    words = [_WORD.fullmatch(word) for word in text.split()]
    if not all(words):
        return Where(mlflow_filter=text.strip())
    return Where(tuple(Condition(word[1], tuple(word[3].split(",")), word[2] == "!=") for word in words if word))


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"
