"""A state of the search, and a step from one that may be taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clsbench.doctor.hypothesis import Hypothesis
from clsbench.doctor.labelling import Labelling
from clsbench.doctor.paired import Paired, Sight


@dataclass(frozen=True)
class State:
    """The given settings changed by ``views``, at most one a factor, and seen with the labels of ``labelling``."""

    views: tuple[Hypothesis, ...]
    labelling: Labelling
    sight: Sight

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """All that is changed, labels last."""
        labels = self.labelling.hypothesis
        return self.views if labels.name == "given" else (*self.views, labels)

    @property
    def overrides(self) -> tuple[str, ...]:
        """What makes it of the given settings."""
        return merged(self.hypotheses)

    def changed(self, *hypotheses: Hypothesis) -> "State":
        """The same with other values of these factors; its sight is still the old one."""
        factors = {each.factor for each in hypotheses}
        kept = [each for each in self.views if each.factor not in factors]
        return replace(self, views=(*kept, *hypotheses))


@dataclass(frozen=True)
class Candidate:
    """``hypotheses`` are what changes, ``state`` what comes of it, ``paired`` how it compares with the state before."""

    hypotheses: tuple[Hypothesis, ...]
    state: State
    paired: Paired

    @property
    def order(self) -> tuple[int, int, int]:
        """More is better; of equal ones that with fewer changes."""
        return (*self.state.sight.rank, -len(self.hypotheses))

    @property
    def words(self) -> str:
        """Its changes and what they give."""
        changes = ", ".join(f"{each.factor} {each.name}" for each in self.hypotheses)
        return f"{changes}: {100 * self.state.sight.hits.mean():.1f} %"


def merged(hypotheses: Iterable[Hypothesis]) -> tuple[str, ...]:
    """Their overrides; of a key that two of them say, the later."""
    values: dict[str, str] = {}
    for hypothesis in hypotheses:
        for override in hypothesis.overrides:
            key = override.partition("=")[0]
            values.pop(key, None)
            values[key] = override
    return tuple(values.values())
