import pytest

from clsbench.caffe.net_state import NetState, is_included, net_state
from clsbench.caffe.textformat import parse_textformat


def _included(rules: str, state: NetState | None = None) -> bool:
    return is_included(parse_textformat(rules, "n").entries, state or NetState())


@pytest.mark.parametrize(
    ("rules", "included"),
    [
        ("", True),
        ("include { phase: TEST }", True),
        ("include { phase: TRAIN }", False),
        ("include: { phase: 1 }", True),
        ("include { }", True),
        ("include { phase: TRAIN } include { phase: TEST }", True),
        ("exclude { phase: TEST }", False),
        ("exclude { phase: TRAIN }", True),
        ("exclude { phase: TRAIN } exclude { }", False),
        ("include { stage: 'deploy' }", False),
        ("include { not_stage: 'deploy' }", True),
        ("include { phase: TEST min_level: 1 }", False),
        ("include { min_level: 0 max_level: 0 }", True),
        ("include { max_level: -1 }", False),
    ],
)
def test_rules_are_those_of_the_phase_that_tests(rules: str, included: bool) -> None:
    assert _included(rules) is included


def test_a_files_own_level_and_stages_count_and_its_phase_does_not() -> None:
    (entry,) = parse_textformat("state { phase: TRAIN level: 2 stage: 'deploy' stage: 'x' }", "n").entries
    state = net_state(entry.value)
    assert state == NetState(2, frozenset({"deploy", "x"}))
    assert _included("include { stage: 'deploy' stage: 'x' min_level: 2 }", state)
    assert not _included("include { stage: 'deploy' not_stage: 'x' }", state)
    assert not _included("exclude { stage: 'deploy' max_level: 3 }", state)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("include { phase: TEST } exclude { phase: TRAIN }", "must not be in one layer"),
        ("include { phase: TESTING }", "phase TRAIN or TEST"),
        ("include { faze: TEST }", "no field 'faze'"),
        ("include: 3", "must be a block"),
        ("include { phase: TRAIN min_level: x }", "whole number"),
    ],
)
def test_a_wrong_rule_is_refused_even_where_it_would_not_matter(rules: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _included(rules)
