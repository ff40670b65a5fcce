"""Random images: seeded, with the spread that is asked for."""

import numpy as np

from clsbench.agree.images import RandomImages


def _views(images: RandomImages) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    with images.opened() as opened:
        return [image.views for image in opened if image.views is not None]


def test_the_same_seed_gives_the_same_images() -> None:
    images = RandomImages(3, 0, (3, 20, 20), 60.0)
    first, again = _views(images), _views(images)
    assert [view.shape for view in first] == [(1, 3, 20, 20)] * 3
    assert np.array_equal(first, again)
    assert not np.array_equal(first, _views(RandomImages(3, 1, (3, 20, 20), 60.0)))


def test_their_spread_is_that_of_prepared_photographs() -> None:
    (views,) = _views(RandomImages(1, 0, (3, 100, 100), 60.0))
    assert 59 < float(np.sqrt(np.mean(views**2))) < 61
    assert views.dtype == np.float32
