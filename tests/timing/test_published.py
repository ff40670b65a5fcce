"""Published times stand beside the same cell only."""

import pytest

from clsbench.timing.published import published_times, ratios

SENET = {
    "single": [1, 2],
    "times": {"gpu": {"standard": [4.0, 5.0], "large": [6.0, None]}, "cpu": {"standard": [9, 9]}},
}
SIZES = {"standard": 224, "large": 320}


def test_times_are_those_of_the_size_on_the_gpu() -> None:
    assert published_times(SENET, SIZES, 224, 1) == {"published_forward_ms": 4.0, "published_backward_ms": 5.0}
    assert published_times(SENET, SIZES, 320, 1) == {"published_forward_ms": 6.0}


@pytest.mark.parametrize(("published", "crop_size", "batch"), [(SENET, 299, 1), (SENET, 224, 8), ({}, 224, 1)])
def test_another_size_or_batch_has_none(published: dict[str, object], crop_size: int, batch: int) -> None:
    assert published_times(published, SIZES, crop_size, batch) == {}


def test_a_ratio_needs_both_numbers() -> None:
    published = {"published_forward_ms": 4.0, "published_backward_ms": 5.0}
    assert ratios({"forward_ms_mean": 10.0}, published) == {"forward_ratio": 2.5}
