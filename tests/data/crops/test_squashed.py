"""The 10 and 12 crops of the squashed image against the literal protocol."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.crop import ViewMaker, Views
from clsbench.data.crops.squashed import SquashedCrop
from clsbench.data.preprocessing import Preprocessing
from clsbench.errors import ConfigError

MEAN, STD = [103.52, 116.28, 123.675], [57.375, 57.12, 58.395]
Picture = Callable[[int, int], NDArray[np.uint8]]
SameViews = Callable[[Views, NDArray[np.float32]], None]


def views_of(image: NDArray[np.uint8], crop_size: int, base_size: int, *, whole: bool) -> Views:
    crop = SquashedCrop("multi12" if whole else "multi10", whole, crop_size, base_size)
    return ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), crop)(image)


@given(
    height=st.integers(1, 120),
    width=st.integers(1, 120),
    base_size=st.integers(8, 60),
    whole=st.booleans(),
    data=st.data(),
)
@settings(max_examples=200, deadline=None)
def test_views_times_weights_equal_the_literal_protocol_bit_for_bit(
    literal: ModuleType,
    picture: Picture,
    same_views: SameViews,
    *,
    height: int,
    width: int,
    base_size: int,
    whole: bool,
    data: st.DataObject,
) -> None:
    crop_size = base_size - data.draw(st.integers(0, base_size - 1))
    image = picture(height, width)

    made = views_of(image, crop_size, base_size, whole=whole)

    policy = literal.multi12 if whole else literal.multi10
    prepared = literal.prepared(image, base_size, MEAN, STD)
    same_views(made, literal.network_input(policy(prepared, base_size, crop_size)))


@pytest.mark.parametrize(("whole", "weight"), [(True, 6), (False, 5)])
def test_at_base_size_equal_to_crop_size_two_views_are_distinct(picture: Picture, whole: bool, weight: int) -> None:
    made = views_of(picture(50, 70), 40, 40, whole=whole)
    assert made.weights.tolist() == [weight, weight]


def test_one_pixel_of_room_makes_the_middle_the_top_left_corner(picture: Picture) -> None:
    made = views_of(picture(50, 70), 39, 40, whole=True)
    assert made.weights.tolist() == [2, 1, 1, 1, 1] * 2


def test_with_room_all_views_come_in_the_published_order(literal: ModuleType, picture: Picture) -> None:
    image = picture(50, 70)
    expected = literal.network_input(literal.multi12(literal.prepared(image, 40, MEAN, STD), 40, 32))
    made = views_of(image, 32, 40, whole=True)
    assert np.array_equal(made.views, expected)
    assert made.weights.tolist() == [1.0] * 12


def test_a_crop_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="crop=multi12: crop_size=257 does not fit into base_size=256"):
        SquashedCrop("multi12", True, 257, 256)


@pytest.mark.parametrize(("whole", "views"), [(True, 12), (False, 10)])
def test_it_counts_all_views(whole: bool, views: int) -> None:
    assert SquashedCrop("any", whole, 224, 256).views_per_image == views
