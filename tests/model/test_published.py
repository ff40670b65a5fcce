"""Published numbers belong to a cell: policy, crop size and base size."""

from clsbench.model.published import PublishedErrors, published_errors

PUBLISHED = {"standard": {"single": [29.62, 10.38], "multi12": [26.69, None]}, "large": {"single": [None, None]}}
SIZES = {"standard": (224, 256), "large": (320, 320)}


def test_the_published_errors_of_the_same_cell_are_found() -> None:
    assert published_errors(PUBLISHED, SIZES, ("single", 224, 256)) == PublishedErrors(29.62, 10.38)


def test_a_top5_error_that_was_not_published_is_absent() -> None:
    assert published_errors(PUBLISHED, SIZES, ("multi12", 224, 256)) == PublishedErrors(26.69, None)


def test_a_cell_that_was_not_published_has_no_errors() -> None:
    assert published_errors(PUBLISHED, SIZES, ("single", 320, 320)) is None
    assert published_errors(PUBLISHED, SIZES, ("multi144", 224, 256)) is None
    assert published_errors({}, {}, ("single", 224, 256)) is None


def test_other_pixels_than_the_published_ones_are_another_cell() -> None:
    assert published_errors(PUBLISHED, SIZES, ("single", 224, 224)) is None
    assert published_errors(PUBLISHED, SIZES, ("single", 227, 256)) is None
