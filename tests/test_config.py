"""A fingerprint is the same for the same identity, and only for it."""

from hypothesis import given
from hypothesis import strategies as st

from clsbench.config import fingerprint

IDENTITIES = st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.none()), min_size=1)


@given(IDENTITIES)
def test_a_fingerprint_does_not_depend_on_the_order_of_the_keys(identity: dict[str, object]) -> None:
    assert fingerprint(dict(reversed(identity.items()))) == fingerprint(identity)


@given(IDENTITIES, IDENTITIES)
def test_different_identities_have_different_fingerprints(one: dict[str, object], other: dict[str, object]) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
