"""All policies on real photographs at real sizes."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.data.crop import Crop, ViewMaker, Views, check_sizes
from clsbench.data.crops.multi144 import Multi144Crop
from clsbench.data.crops.single import SingleCrop
from clsbench.data.crops.squashed import SquashedCrop
from clsbench.data.decode import decode
from clsbench.data.preprocessing import Preprocessing
from clsbench.errors import ConfigError

MEAN, STD = [103.52, 116.28, 123.675], [57.375, 57.12, 58.395]


@pytest.mark.shared
@pytest.mark.parametrize(("crop_size", "base_size"), [(227, 256), (299, 320), (320, 320)])
@pytest.mark.parametrize("policy", ["single", "multi10", "multi12", "multi144"])
def test_photographs_equal_the_literal_protocol_bit_for_bit(
    shared: Path,
    literal: ModuleType,
    same_views: Callable[[Views, NDArray[np.float32]], None],
    *,
    policy: str,
    crop_size: int,
    base_size: int,
) -> None:
    sizes = [crop_size + room for room in (0, 33, 64, 96)]
    crops: dict[str, Crop] = {
        "single": SingleCrop(crop_size, base_size),
        "multi10": SquashedCrop("multi10", False, crop_size, base_size),
        "multi12": SquashedCrop("multi12", True, crop_size, base_size),
        "multi144": Multi144Crop(crop_size, base_size, sizes),
    }
    photos = sorted((shared / "imagenet_sample" / "images").iterdir())[:: 150 if policy == "multi144" else 30]
    for photo in photos:
        made = ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), crops[policy])(decode(photo.read_bytes()))

        prepared = literal.prepared(cv2.imread(str(photo)), base_size, MEAN, STD)
        expected = {
            "single": lambda image=prepared: literal.single(image, crop_size),
            "multi10": lambda image=prepared: literal.multi10(image, base_size, crop_size),
            "multi12": lambda image=prepared: literal.multi12(image, base_size, crop_size),
            "multi144": lambda image=prepared: literal.multi144(image, sizes, crop_size),
        }[policy]()
        same_views(made, literal.network_input(expected))


def test_a_network_that_takes_red_first_gets_the_same_views_with_the_channels_turned_round() -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 24, 3), np.uint8)
    crop, preprocessing = SingleCrop(12, 16), Preprocessing(MEAN, STD, 1.0, "pixels")
    blue_first, red_first = ViewMaker(preprocessing, crop)(image), ViewMaker(preprocessing, crop, rgb=True)(image)
    np.testing.assert_array_equal(red_first.views, blue_first.views[:, [2, 1, 0]])
    np.testing.assert_array_equal(red_first.weights, blue_first.weights)


def test_a_crop_larger_than_the_base_is_refused() -> None:
    check_sizes("any", 256, 256)
    with pytest.raises(ConfigError, match="crop=any: crop_size=257 does not fit into base_size=256"):
        check_sizes("any", 257, 256)
