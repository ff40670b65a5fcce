"""The result of a comparison, whatever the task: answers first, then tables, and the images that flip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clsbench.compare.flips import Flips
from clsbench.compare.tables import Table


@dataclass(frozen=True)
class Comparison:
    """``answers``: one line for each run but the first; ``worse``: one of them makes significantly more errors."""

    answers: Sequence[str]
    notes: Sequence[str]
    tables: Sequence[Table]
    facts: Mapping[str, Any]  # content of compare.json besides the answers
    worse: bool = False
    flips: Sequence[Flips] = field(default=(), repr=False)
