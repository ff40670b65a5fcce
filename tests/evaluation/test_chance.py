"""What counts as an accuracy that guessing gives."""

import pytest

from clsbench.evaluation.chance import near_chance


@pytest.mark.parametrize(("hits", "images", "classes"), [(0, 200, 1000), (1, 200, 1000), (38, 382, 10), (25, 50, 2)])
def test_what_guessing_gives_is_near_chance(hits: int, images: int, classes: int) -> None:
    assert near_chance(hits, images, classes)


@pytest.mark.parametrize(("hits", "images", "classes"), [(60, 200, 1000), (8, 200, 1000), (375, 382, 10), (48, 50, 2)])
def test_what_a_network_gives_is_not(hits: int, images: int, classes: int) -> None:
    assert not near_chance(hits, images, classes)


def test_a_handful_of_images_tells_nothing() -> None:
    assert not near_chance(0, 5, 1000)
