"""Normalisation: the tables against the arithmetic they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.data.preprocessing import Preprocessing
from clsbench.errors import ConfigError

MEANS = st.lists(st.floats(-300, 300), min_size=3, max_size=3)
STDS = st.lists(st.floats(0.001, 300), min_size=3, max_size=3)
EVERY_PIXEL = np.arange(256 * 3, dtype=np.uint16).reshape(16, 16, 3).astype(np.uint8)


@given(MEANS, STDS)
def test_a_pixel_becomes_less_the_mean_over_the_std_in_float64(mean: list[float], std: list[float]) -> None:
    expected = (EVERY_PIXEL.astype(np.float64) - np.array(mean)) / np.array(std)
    made = Preprocessing(mean, std, 1.0, "pixels").normalised(EVERY_PIXEL)
    assert made.dtype == np.float64
    assert np.array_equal(made, expected)


@given(MEANS, STDS)
def test_the_network_input_is_the_same_in_float32_channel_first(mean: list[float], std: list[float]) -> None:
    preprocessing = Preprocessing(mean, std, 1.0, "pixels")
    expected = preprocessing.normalised(EVERY_PIXEL).astype(np.float32).transpose(2, 0, 1)
    made = preprocessing.network_input(EVERY_PIXEL)
    assert made.dtype == np.float32
    assert np.array_equal(made, expected)


def test_a_part_of_an_image_needs_no_copy_first() -> None:
    preprocessing = Preprocessing([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], 1.0, "pixels")
    part = EVERY_PIXEL[3:9, 2:13]
    assert np.array_equal(preprocessing.network_input(part), preprocessing.network_input(EVERY_PIXEL)[:, 3:9, 2:13])


@pytest.mark.parametrize("mean", [[1.0, 2.0], [1.0, 2.0, float("nan")]])
def test_a_mean_that_is_not_three_numbers_is_refused(mean: list[float]) -> None:
    with pytest.raises(ConfigError, match=r"preprocessing.mean=.*one per channel: three in colour, \[blue"):
        Preprocessing(mean, [1.0, 1.0, 1.0], 1.0, "pixels")


def test_a_std_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"preprocessing.std=.*give positive numbers"):
        Preprocessing([1.0, 1.0, 1.0], [1.0, 0.0, 1.0], 1.0, "pixels")
