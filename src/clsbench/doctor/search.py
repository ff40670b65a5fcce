"""The search: one factor at a time from the given settings, then pairs of the best, then on from what is better."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from clsbench.doctor.bench import Bench
from clsbench.doctor.candidate import Candidate, State, merged
from clsbench.doctor.hypothesis import Hypothesis
from clsbench.doctor.labelling import Labelling
from clsbench.doctor.paired import Sight, paired

log = logging.getLogger(__name__)

_STEPS = 4
_BEST_FACTORS = 3
_HOPELESS = 0.001

Planned = Callable[[State], Sequence[Hypothesis]]


@dataclass
class Search:
    """``plan`` returns the hypotheses about views from a state; ``notify`` gets the best number of right images."""

    bench: Bench
    labellings: Sequence[Labelling]
    plan: Planned
    notify: Callable[[int], None]
    first: list[Candidate] = field(default_factory=list)  # the single factors, compared with the given settings
    steps: list[Candidate] = field(default_factory=list)  # the steps taken, each compared with the state before it
    hopeless: set[Hypothesis] = field(default_factory=set)
    best: int = 0

    def run(self, given: State) -> State:
        """The best state found; the given one if none is significantly better."""
        state = given
        for step in range(_STEPS):
            singles = list(self._singles(state))
            if step == 0:
                self.first = singles
            # Of two simultaneous changes the better one may be luck, so try pairs only if no single change is visible.
            alone = [each for each in singles if len(each.hypotheses) == 1]
            better = _best(alone) or _best(singles) or _best(list(self._pairs(state, singles)))
            if better is None:
                break
            log.info("better: %s", better.words)
            self.steps.append(better)
            state = better.state
        return self._needed(given, state)

    def _singles(self, state: State) -> Iterator[Candidate]:
        tried = list(self._tried(state))
        tries = len(tried) + len(self.labellings) - 1
        yield from self._labels(state, state, (), tries)
        for hypothesis, other in tried:
            paid = 1 if hypothesis.is_expected else tries
            candidate = Candidate((hypothesis,), other, paired(state.sight, other.sight, paid))
            if candidate.paired.lost > candidate.paired.gained and candidate.paired.p < _HOPELESS:
                self.hopeless.add(hypothesis)
            yield candidate
            # With wrong labels, no view is better than another, so each is seen with all labels, which costs nothing.
            yield from self._labels(state, other, (hypothesis,), len(tried) * (len(self.labellings) - 1))

    def _tried(self, state: State) -> Iterator[tuple[Hypothesis, State]]:
        """Each hypothesis that can be tried and was not tried before, in plan order."""
        trials = [state.sight.trial]
        for hypothesis in self.plan(state):
            if hypothesis not in self.hopeless:
                other = self.seen(state.changed(hypothesis), state.labelling)
                if not other.sight.trial.problem and all(other.sight.trial is not each for each in trials):
                    trials.append(other.sight.trial)
                    yield hypothesis, other

    def _labels(self, before: State, at: State, views: tuple[Hypothesis, ...], tries: int) -> Iterator[Candidate]:
        for labelling in self.labellings:
            if labelling is not at.labelling:
                other = self.seen(at, labelling)
                yield Candidate((*views, labelling.hypothesis), other, paired(before.sight, other.sight, tries))

    def _pairs(self, state: State, singles: Sequence[Candidate]) -> Iterator[Candidate]:
        views = sorted((each for each in singles if each.state.labelling is state.labelling), key=lambda one: one.order)
        best = {each.hypotheses[0].factor: each.hypotheses[0] for each in views}  # the last of a factor is its best
        chosen = list(best.values())[-_BEST_FACTORS:]
        pairs = list(combinations(chosen, 2))
        for pair in pairs:
            other = self.seen(state.changed(*pair), state.labelling)
            if other.sight.trial.problem:
                continue
            yield Candidate(pair, other, paired(state.sight, other.sight, len(pairs)))
            yield from self._labels(state, other, pair, len(pairs) * len(self.labellings))

    def _needed(self, given: State, state: State) -> State:
        """``state`` without the changes that do not matter given the others."""
        for hypothesis in state.hypotheses if len(state.hypotheses) > 1 else ():
            views = tuple(each for each in state.views if each != hypothesis)
            labelling = state.labelling if hypothesis in state.views else given.labelling
            without = self.seen(replace(state, views=views), labelling)
            if not paired(without.sight, state.sight, 1).found:
                log.info("not needed: %s %s", hypothesis.factor, hypothesis.name)
                state = without
        return state

    def seen(self, state: State, labelling: Labelling) -> State:
        """``state`` with its forwards done, seen with ``labelling``."""
        row = self.labellings.index(labelling)
        trial = self.bench.trial(merged(state.views))
        sight = Sight(trial, labelling.labels, row)
        self.best = max(self.best, sight.rank[0])
        self.notify(self.best)
        return State(state.views, labelling, sight)


def _best(candidates: Sequence[Candidate]) -> Candidate | None:
    found = [each for each in candidates if each.paired.found]
    return max(found, key=lambda each: each.order, default=None)
