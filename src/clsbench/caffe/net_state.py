"""Which layers of a prototxt belong to the TEST net: the include and exclude rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from clsbench.caffe.field_values import string_value, whole_value
from clsbench.caffe.textformat import Block, Entry, Node

_TEST = {"TEST", "1"}
_PHASES = {"TRAIN", "0"} | _TEST


@dataclass(frozen=True)
class NetState:
    """What the rules query besides the phase, which is always TEST."""

    level: int = 0
    stages: frozenset[str] = frozenset()


def net_state(node: Node) -> NetState:
    """The state that a prototxt sets itself; raises ValueError if invalid. As in pycaffe, TEST overrides its phase."""
    level, stages = 0, set()
    for entry in _entries(node):
        match entry.name:
            case "level":
                level = whole_value(entry.value)
            case "stage":
                stages.add(string_value(entry.value))
            case "phase":
                is_test(entry.value)
            case other:
                raise ValueError(f"has no field '{other}'; a state holds phase, level and stage")
    return NetState(level, frozenset(stages))


def is_included(rules: Iterable[Entry], state: NetState) -> bool:
    """Whether a layer with these ``include`` or ``exclude`` entries is part of the net; ValueError if invalid."""
    rules = tuple(rules)
    kinds = {rule.name for rule in rules}
    if len(kinds) > 1:
        raise ValueError("include and exclude must not be in one layer; keep one of them")
    met = [_is_met(rule.value, state) for rule in rules]
    return any(met) if kinds == {"include"} else not any(met)


def is_test(node: Node) -> bool:
    """Whether a phase is TEST; raises ValueError if it is not a phase."""
    if isinstance(node, Block) or node.quoted or node.text not in _PHASES:
        raise ValueError("must have phase TRAIN or TEST")
    return node.text in _TEST


def _is_met(rule: Node, state: NetState) -> bool:
    holds = [_holds(entry, state) for entry in _entries(rule)]  # evaluates all of them, so that every field is checked
    return all(holds)


def _holds(entry: Entry, state: NetState) -> bool:
    match entry.name:
        case "phase":
            return is_test(entry.value)
        case "min_level":
            return state.level >= whole_value(entry.value)
        case "max_level":
            return state.level <= whole_value(entry.value)
        case "stage":
            return string_value(entry.value) in state.stages
        case "not_stage":
            return string_value(entry.value) not in state.stages
    raise ValueError(f"has no field '{entry.name}'; a rule holds phase, min_level, max_level, stage and not_stage")


def _entries(node: Node) -> tuple[Entry, ...]:
    if not isinstance(node, Block):
        raise ValueError("must be a block")  # noqa: TRY004 -- one class, as for every wrong text
    return node.entries
