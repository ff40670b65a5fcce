"""Where the shared views of a square are cut."""

from hypothesis import given
from hypothesis import strategies as st

from clsbench.data.crops.square import cuts
from clsbench.data.size import Size, size_of


@given(st.integers(1, 500), st.integers(0, 500), st.booleans())
def test_every_view_is_counted_and_lies_within_the_square(crop_size: int, room: int, whole: bool) -> None:
    places = cuts(size_of(crop_size + room), size_of(crop_size), whole=whole)
    assert sum(places.values()) == 5 + whole
    assert all(place is None or max(place) <= room for place in places)


def test_a_square_as_large_as_the_crop_has_one() -> None:
    assert cuts(Size(224, 224), Size(224, 224), whole=True) == {(0, 0): 6}
