"""What a run does wrong: the worst classes, and the errors of which it was most sure."""

import base64
import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Stored
from clsbench.evaluation.interval import wilson
from clsbench.evaluation.record import Prediction
from clsbench.results.errors_page import confident_errors, errors_page
from clsbench.results.worst_classes import worst_classes, write_worst_classes

NAMES = ("cat", "<script>dog</script>", "fox")


def said(label: int | None, best: int, probability: float = 0.5, index: int = 0, name: str = "x.jpg") -> Prediction:
    return Prediction(index, name, label, (best,), (probability,), 0.1, "ok", views=1)


BAD = Prediction(0, "bad.jpg", 1, (), (), None, "bad", "truncated")


def absent(_: int) -> Stored:
    raise BadImageError("gone")


def test_one_miss_of_one_image_is_less_bad_than_nine_of_ten() -> None:
    found = worst_classes([said(0, 1), *[said(2, 0)] * 6, *[said(2, 1)] * 3, said(2, 2), said(1, 1)])
    assert [(each.label, each.images, each.misses, each.taken_for, each.images_taken) for each in found] == [
        (2, 10, 9, 0, 6),
        (0, 1, 1, 1, 1),
    ]
    assert found[0].interval == wilson(9, 10)


def test_bad_images_are_misses_that_are_taken_for_nothing(tmp_path: Path) -> None:
    write_worst_classes(worst_classes([BAD, said(None, 2)]), NAMES, tmp_path / "worst.csv")
    with (tmp_path / "worst.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row.values()) == ["1", NAMES[1], "1", "100.000", "20.655", "100.000", "", "", "0"]


def test_the_surest_errors_come_first_and_right_or_unlabelled_images_never() -> None:
    wrong = [said(0, 1, place / 100, place) for place in range(50)]
    found = confident_errors([*wrong, said(1, 1, 1.0), said(None, 1, 1.0), BAD])
    assert [each.index for each in found] == list(range(49, 25, -1))


def test_whatever_a_name_holds_stays_text_and_nothing_is_loaded() -> None:
    errors = [said(0, 1, name='"><img src=http://x onerror=alert(1)>.jpg')]
    page = errors_page(errors, worst_classes(errors), NAMES, absent)
    assert "<script" not in page
    assert "onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert "no picture" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


@pytest.mark.parametrize("kept", ["file", "pixels"])
def test_a_thumbnail_shows_the_image(kept: str) -> None:
    pixels = np.zeros((300, 600, 3), np.uint8)
    pixels[:, :, 2] = 200  # red
    stored = cv2.imencode(".png", pixels)[1].tobytes() if kept == "file" else pixels
    page = errors_page([said(0, 1)], [], NAMES, lambda _: stored)
    data = page.partition("base64,")[2].partition('"')[0]
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == (80, 160, 3)
    np.testing.assert_allclose(shown.mean((0, 1)), [0, 0, 200], atol=3)


@pytest.mark.parametrize("stored", [np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 5), np.uint8), bytes(5 * 2**20)])
def test_what_is_no_picture_or_too_large_has_none(stored: Stored) -> None:
    assert "no picture" in errors_page([said(0, 1)], [], (), lambda _: stored)
