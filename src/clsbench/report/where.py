"""``--where``: which runs count, in short words (``engine=openvino device=cpu``) or as MLflow's own filter."""

import re
from dataclasses import dataclass

from clsbench.report.run import Run

_WORD = re.compile(r"(?:tags\.|params\.)?([A-Za-z_]\w*)(!?=)([^\s'\"=]+)")


@dataclass(frozen=True)
class Condition:
    """``key=a,b``: the run's tag or param is one of these values; with ``unequal``, none of them."""

    key: str
    values: tuple[str, ...]
    unequal: bool = False

    def holds(self, run: Run) -> bool:
        """A run that ended before it knew the key, such as its device, is kept: that it failed must be seen."""
        value = run.get(self.key)
        if value is None and not run.finished:
            return True
        return (value in self.values) != self.unequal


@dataclass(frozen=True)
class Where:
    """Every condition must hold; ``mlflow_filter`` is searched with by MLflow itself."""

    conditions: tuple[Condition, ...] = ()
    mlflow_filter: str = ""

    def holds(self, run: Run) -> bool:
        """Whether every condition does."""
        return all(each.holds(run) for each in self.conditions)


def parse_where(text: str) -> Where:
    """Short words where every word is one; anything else is MLflow's filter, which MLflow checks."""
    words = [_WORD.fullmatch(word) for word in text.split()]
    if not all(words):
        return Where(mlflow_filter=text.strip())
    return Where(tuple(Condition(word[1], tuple(word[3].split(",")), word[2] == "!=") for word in words if word))
