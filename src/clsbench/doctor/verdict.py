"""The findings, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten

from clsbench.doctor.candidate import Candidate, State
from clsbench.doctor.chance_level import Diagnosis
from clsbench.doctor.labelling import BY_NAME
from clsbench.doctor.permutation import is_one_to_one
from clsbench.doctor.search import Search

_WIDTH = 160


@dataclass(frozen=True)
class Finding:
    """The result for one factor: its best candidate, and whether the sample shows it to be better."""

    factor: str
    candidate: Candidate
    values: int  # number of values tried

    @property
    def verdict(self) -> str:
        """In a few words."""
        paired = self.candidate.paired
        if paired.found:
            return "better"
        return "cannot tell" if paired.gained > paired.lost and not paired.at_chance else "no better"


def findings(search: Search) -> list[Finding]:
    """One per factor, in plan order: from the step that changed it, else compared with the given settings."""
    of_factor: dict[str, list[Candidate]] = {}
    for candidate in search.first:
        if len(candidate.hypotheses) == 1:
            of_factor.setdefault(candidate.hypotheses[0].factor, []).append(candidate)
    found = [Finding(name, max(of_one, key=_key), len(of_one)) for name, of_one in of_factor.items()]
    steps = {each.factor: step for step in search.steps for each in step.hypotheses}
    return [Finding(each.factor, steps.get(each.factor, each.candidate), each.values) for each in found]


def verdict_of(search: Search, given: State, best: State, diagnosis: Diagnosis | None) -> str:
    """The verdict as one line; ``diagnosis`` is given if the given settings are right no more often than a guess."""
    images = len(given.sight.labels)
    of_given = f"given settings: {percent(given)} % of {images} right{_refused(given)}."
    if diagnosis is not None:
        return f"{of_given} {diagnosis.words}"
    if best is given:
        doubts = [each for each in findings(search) if each.verdict == "cannot tell"]
        return f"{of_given} No better settings found.{_doubts(doubts)}"
    changes = ", ".join(f"{each.factor} {each.name}" for each in best.hypotheses)
    return f"{of_given} {changes}: {percent(best)} %. No other setting helps.{_permuted(given, best)}"


def _permuted(given: State, best: State) -> str:
    if best.labelling.hypothesis.name != BY_NAME:
        return ""
    if is_one_to_one(given.sight.labels, best.sight.labels):
        return " The given labels are a permutation of these classes."
    return " The given labels are not a permutation of these classes."


def percent(state: State) -> str:
    """The share of right images."""
    return f"{100 * state.sight.hits.mean():.1f}"


def _refused(given: State) -> str:
    problem = given.labelling.problem or given.sight.trial.problem
    return f" ({shorten(problem, _WIDTH)})" if problem else ""


def _doubts(doubts: Iterable[Finding]) -> str:
    unclear = [
        f"{each.factor} {each.candidate.hypotheses[0].name} ({percent(each.candidate.state)} %, "
        f"p {each.candidate.paired.p_corrected:.2g})"
        for each in doubts
    ]
    return f" This sample is too small to judge {', '.join(unclear)}: try a larger sample=N." if unclear else ""


def _key(candidate: Candidate) -> tuple[bool, tuple[int, int, int]]:
    return candidate.paired.found, candidate.order
