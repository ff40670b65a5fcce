"""Names for what is added."""

from clsbench.lowering.names import unused


def test_a_free_name_is_taken_as_it_is_and_the_next_ones_are_numbered() -> None:
    taken = {"b"}
    assert [unused("a", taken), unused("a", taken), unused("b", taken), unused("a", taken)] == [
        "a",
        "a_2",
        "b_2",
        "a_3",
    ]
    assert taken == {"a", "a_2", "a_3", "b", "b_2"}
