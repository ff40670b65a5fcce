"""The setups that a table's cells were measured with: stated once if all are the same, with letters if they differ."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from clsbench.report.run import Run


@dataclass(frozen=True)
class Setups:
    """The letter of each setup; the most common one has none."""

    letters: Mapping[str, str]
    counts: Mapping[str, int]

    def letter(self, run: Run | None) -> str:
        """The letter of a run; empty for the most common setup."""
        return self.letters.get(setup_of(run), "") if run else ""

    @property
    def lines(self) -> list[str]:
        """One sentence per setup."""
        if len(self.counts) == 1:
            return [f"Measured with {setup}." for setup in self.counts]
        return [
            f"{letter or 'No letter'}: measured with {setup} ({_cells(self.counts[setup])})."
            for setup, letter in self.letters.items()
        ]


def setups(runs: Iterable[Run]) -> Setups:
    """The setups of the runs whose figures are in a table."""
    counts = Counter(map(setup_of, runs))
    ordered = sorted(counts, key=lambda setup: (-counts[setup], setup))
    return Setups({setup: _letter(place) for place, setup in enumerate(ordered)}, counts)


def setup_of(run: Run) -> str:
    """Engine, device and precision; for a timing also hardware, way of timing and threads."""
    parts = [run.get("engine"), run.get("device"), run.get("precision")]
    if run.tags.get("task") == "time":
        hardware = run.tags.get("hardware")
        threads = run.params.get("threads")
        parts += [
            hardware if hardware != run.get("device") else None,
            f"{threads} thread{'' if threads == '1' else 's'}" if threads else None,
            f"timing={run.get('timing')}" if run.get("timing") else None,
        ]
    return ", ".join(part for part in parts if part)


def _cells(number: int) -> str:
    return f"{number} cell{'' if number == 1 else 's'}"


def _letter(place: int) -> str:
    """'', a, b, … z, aa, ab, …"""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = ascii_lowercase[rest] + letters
    return letters
