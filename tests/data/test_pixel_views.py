"""Pixels looked up in the table are the network's input, bit for bit."""

from typing import Any

import numpy as np
import pytest

from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.crops.squashed import SquashedCrop
from clsbench.data.mean_image import MeanImage
from clsbench.data.pixel_views import lookup_of, pixel_views
from clsbench.data.preprocessing import Preprocessing

_COLOUR = Preprocessing([103.94, 116.78, 123.68], [57.0, 58.0, 59.5], 0.017, "pixels")


class _Files:
    any_channels = False


class _Numbers:
    any_channels = True


FILES: Any = _Files()


@pytest.mark.parametrize("rgb", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("base_size", [36, None])
def test_what_is_looked_up_is_what_the_host_computes(*, rgb: bool, channels: int, base_size: int | None) -> None:
    image = np.random.default_rng(channels).integers(0, 256, (200, 150, channels), np.uint8)
    preprocessing = _COLOUR if channels == 3 else Preprocessing(30.0, 7.0, 1.0, "pixels")
    views = ViewMaker(preprocessing, SingleCrop(32, base_size), rgb, channels=channels)
    lookup = lookup_of(views, FILES)
    assert lookup is not None
    assert lookup.table.shape == (channels, 256)
    made = pixel_views(views)(image)
    assert made.views.dtype == np.uint8
    inputs = np.stack([table[plane] for table, plane in zip(lookup.table, made.views[0], strict=True)])
    assert np.array_equal(inputs[::-1] if lookup.rgb else inputs, views(image).views[0])
    assert np.array_equal(made.weights, views(image).weights)


def test_a_view_of_a_large_image_does_not_keep_it_in_memory() -> None:
    large, small = np.zeros((1000, 1000, 3), np.uint8), np.zeros((36, 40, 3), np.uint8)
    views = pixel_views(ViewMaker(_COLOUR, SingleCrop(32, None)))
    assert not np.shares_memory(views(large).views, large)
    assert np.shares_memory(views(small).views, small)


def test_what_is_computed_otherwise_is_not_looked_up() -> None:
    mean = MeanImage(np.zeros((3, 36, 36), np.float32), 1.0, 1.0, is_of_view=False)
    single = SingleCrop(32, 36)
    assert lookup_of(ViewMaker(_COLOUR, SquashedCrop("multi12", True, 32, 36)), FILES) is None
    assert lookup_of(ViewMaker(mean, single), FILES) is None
    numbers: Any = _Numbers()
    assert lookup_of(ViewMaker(_COLOUR, single), numbers) is None
    assert lookup_of(ViewMaker(_COLOUR, single), FILES) is not None
