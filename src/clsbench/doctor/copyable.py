"""The overrides that a user appends to the given command."""

from clsbench.composition.weights_settings import is_asked
from clsbench.doctor.candidate import State
from clsbench.doctor.table import PREPROCESSINGS


def copyable(state: State) -> tuple[str, ...]:
    """The overrides of ``state`` that change something; an option's name if the command sets none of its numbers."""
    named = {
        each.overrides: f"preprocessing={each.name}"
        for each in state.views
        if each.factor == "preprocessing" and each.name in PREPROCESSINGS and not is_asked("preprocessing.")
    }
    kept = list(state.overrides)
    for numbers, option in named.items():
        kept = [each for each in kept if each not in numbers] + [option]
    return tuple(kept)
