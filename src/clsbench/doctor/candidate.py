"""A state of the search, and a possible step from it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clsbench.doctor.hypothesis import Hypothesis
from clsbench.doctor.labelling import Labelling
from clsbench.doctor.paired import Paired, Sight


@dataclass(frozen=True)
class State:
    """The given settings changed by ``views``, at most one per factor, and seen with the labels of ``labelling``."""

    views: tuple[Hypothesis, ...]
    labelling: Labelling
    sight: Sight

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """Everything that is changed, labels last."""
        labels = self.labelling.hypothesis
        return self.views if labels.name == "given" else (*self.views, labels)

    @property
    def overrides(self) -> tuple[str, ...]:
        """What turns the given settings into this state."""
        return merged(self.hypotheses)

    def changed(self, *hypotheses: Hypothesis) -> "State":
        """The same with other values of these factors; its sight is still the old one."""
        factors = {each.factor for each in hypotheses}
        kept = [each for each in self.views if each.factor not in factors]
        return replace(self, views=(*kept, *hypotheses))


@dataclass(frozen=True)
class Candidate:
    """``hypotheses`` are the changes, ``state`` their result, ``paired`` its comparison with the state before."""

    hypotheses: tuple[Hypothesis, ...]
    state: State
    paired: Paired

    @property
    def order(self) -> tuple[int, int, int]:
        """Higher is better; among equals, the one with fewer changes."""
        return (*self.state.sight.rank, -len(self.hypotheses))

    @property
    def words(self) -> str:
        """Its changes and their effect."""
        changes = ", ".join(f"{each.factor} {each.name}" for each in self.hypotheses)
        return f"{changes}: {100 * self.state.sight.hits.mean():.1f} %"


def merged(hypotheses: Iterable[Hypothesis]) -> tuple[str, ...]:
    """The combined overrides; if two set the same key, the later one wins."""
    values: dict[str, str] = {}
    for hypothesis in hypotheses:
        for override in hypothesis.overrides:
            key = override.partition("=")[0]
            values.pop(key, None)
            values[key] = override
    return tuple(values.values())
