"""The 144 crops against the literal protocol."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.crop import ViewMaker, Views
from clsbench.data.crops.multi144 import PUBLISHED_SIZES, Multi144Crop
from clsbench.data.preprocessing import Preprocessing
from clsbench.errors import ConfigError

MEAN, STD = [103.52, 116.28, 123.675], [57.375, 57.12, 58.395]
Picture = Callable[[int, int], NDArray[np.uint8]]
SameViews = Callable[[Views, NDArray[np.float32]], None]


@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    base_size=st.integers(4, 50),
    crop_size=st.integers(1, 24),
    sizes=st.lists(st.integers(24, 50), min_size=1, max_size=4, unique=True),
)
@settings(max_examples=150, deadline=None)
def test_views_times_weights_equal_the_literal_protocol_bit_for_bit(
    literal: ModuleType,
    picture: Picture,
    same_views: SameViews,
    *,
    height: int,
    width: int,
    base_size: int,
    crop_size: int,
    sizes: list[int],
) -> None:
    image = picture(height, width)

    made = ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), Multi144Crop(crop_size, base_size, sizes))(image)

    prepared = literal.prepared(image, base_size, MEAN, STD)
    same_views(made, literal.network_input(literal.multi144(prepared, sizes, crop_size)))
    assert made.weights.sum() == Multi144Crop(crop_size, base_size, sizes).views_per_image


def test_a_square_image_has_48_distinct_views(picture: Picture) -> None:
    made = ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), Multi144Crop(20, 30, [24, 28, 32, 36]))(picture(50, 50))
    assert made.weights.tolist() == [3.0] * 48


def test_an_oblong_image_has_all_of_them_in_the_published_order(literal: ModuleType, picture: Picture) -> None:
    image = picture(50, 90)
    made = ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), Multi144Crop(20, 30, [24, 28, 32, 36]))(image)
    prepared = literal.prepared(image, 30, MEAN, STD)
    assert np.array_equal(made.views, literal.network_input(literal.multi144(prepared, [24, 28, 32, 36], 20)))
    assert made.weights.tolist() == [1.0] * 144


@pytest.mark.parametrize(("crop_size", "sizes"), PUBLISHED_SIZES.items())
def test_the_published_sizes_go_with_the_crop_size(crop_size: int, sizes: tuple[int, ...]) -> None:
    crop = Multi144Crop(crop_size, base_size=crop_size + 32, sizes=None)
    assert crop.sizes == sizes
    assert (crop.name, crop.views_per_image) == ("multi144", 144)


def test_another_crop_size_asks_for_its_sizes() -> None:
    with pytest.raises(
        ConfigError, match="no sizes are published for crop_size=227, only for 224, 235, 299, 320; give"
    ):
        Multi144Crop(227, 256, sizes=None)


@pytest.mark.parametrize("sizes", [[256, 200], [256, 256]])
def test_sizes_below_the_crop_or_twice_are_refused(sizes: list[int]) -> None:
    with pytest.raises(ConfigError, match="must differ and be at least crop_size=224"):
        Multi144Crop(224, 256, sizes)


def test_sizes_below_one_are_refused() -> None:
    with pytest.raises(ConfigError, match="base_size=0; give 1 or more"):
        Multi144Crop(224, 0, [256])
