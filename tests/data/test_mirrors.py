"""Views without their mirror images, which whoever forwards them makes: the same views, bit for bit."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.data.crop import CutsPairs, ViewMaker
from clsbench.data.crops.multi144 import Multi144Crop
from clsbench.data.crops.single import SingleCrop
from clsbench.data.crops.squashed import SquashedCrop
from clsbench.data.mean_image import MeanImage
from clsbench.data.mirrors import Mirrors, joined
from clsbench.data.pixel_views import in_pairs
from clsbench.data.preprocessing import Preprocessing

_COLOUR = Preprocessing([103.52, 116.28, 123.675], [57.375, 57.12, 58.395], 1.0, "pixels")


def _image(height: int, width: int) -> np.ndarray:
    return np.random.default_rng([height, width]).integers(0, 256, (height, width, 3), np.uint8)


def _same(maker: ViewMaker, image: np.ndarray) -> tuple[int, int]:
    """How many views there are, and how many of them are made, both ways being the same to the bit."""
    whole, pairs = maker(image), in_pairs(maker)(image)
    assert pairs.mirrors is not None
    assert np.array_equal(pairs.weights, whole.weights)
    assert np.array_equal(pairs.mirrors.views(pairs.views), whole.views)
    return len(whole.views), len(pairs.views)


@given(st.tuples(st.integers(1, 90), st.integers(1, 90)), st.integers(8, 50), st.integers(0, 49), st.booleans())
@settings(max_examples=150)
def test_the_squashed_crops_are_the_same_in_pairs(
    shape: tuple[int, int], base_size: int, less: int, whole_and_rgb: bool
) -> None:
    crop = SquashedCrop("multi12", whole_and_rgb, base_size - less % base_size, base_size)
    _same(ViewMaker(_COLOUR, crop, whole_and_rgb), _image(*shape))


@given(st.integers(10, 60), st.integers(10, 60), st.lists(st.integers(12, 40), min_size=1, max_size=3, unique=True))
@settings(max_examples=50)
def test_the_144_crops_are_the_same_in_pairs(height: int, width: int, sizes: Sequence[int]) -> None:
    _same(ViewMaker(_COLOUR, Multi144Crop(12, 12, sizes)), _image(height, width))


def test_of_12_and_144_views_7_and_84_are_made_at_the_published_sizes() -> None:
    assert _same(ViewMaker(_COLOUR, SquashedCrop("multi12", True, 224, 256)), _image(300, 400)) == (12, 7)
    assert _same(ViewMaker(_COLOUR, Multi144Crop(224, 224, None)), _image(300, 400)) == (144, 84)


def test_an_odd_margin_has_no_mirror_image_of_the_middle() -> None:
    assert _same(ViewMaker(_COLOUR, SquashedCrop("multi10", False, 20, 25)), _image(30, 30)) == (10, 6)


def test_the_single_crop_and_views_that_are_changed_after_they_are_cut_stay_as_they_are() -> None:
    assert not isinstance(SingleCrop(8, 9), CutsPairs)
    assert in_pairs(ViewMaker(_COLOUR, SingleCrop(8, 9)))(_image(9, 9)).mirrors is None
    of_view = MeanImage(np.ones((3, 20, 20), np.float32), 1.0, 1.0, is_of_view=True)
    maker = in_pairs(ViewMaker(of_view, SquashedCrop("multi10", False, 20, 24)))
    assert maker(_image(30, 30)).mirrors is None


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=12), st.data())
def test_a_part_and_parts_joined_are_the_same_views(made: list[tuple[int, bool]], data: st.DataObject) -> None:
    array = np.random.default_rng(0).random((5, 1, 2, 3), np.float32)
    mirrors = Mirrors(np.array([row for row, _ in made]), np.array([flipped for _, flipped in made]))
    views, cut = mirrors.views(array), data.draw(st.integers(1, len(made)))
    parts = [mirrors.part(array, each) for each in (slice(0, cut), slice(cut, len(made))) if each.start < len(made)]
    for (rows, own), at in zip(parts, (slice(0, cut), slice(cut, None)), strict=False):
        assert np.array_equal(own.views(rows), views[at])
    together = np.concatenate([rows for rows, _ in parts])
    assert np.array_equal(joined([(len(rows), own) for rows, own in parts]).views(together), views)
