import math

import pytest

from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally


def _prediction(label: int | None, top5: tuple[int, ...], status: str = "ok") -> Prediction:
    return Prediction(0, "image", label, top5, (), None, status)  # type: ignore[arg-type]


def test_a_new_tally_has_counts_and_memory_and_nothing_else() -> None:
    metrics = Tally(classes=10).metrics()
    assert metrics.pop("peak_rss_mib") > 0
    assert metrics == {"images": 0, "images_bad": 0, "views": 0, "forwards": 0}


def test_rates_are_in_percent_with_their_standard_error() -> None:
    tally = Tally(classes=10)
    for label in (1, 2, 2, 9):
        tally.add([_prediction(label, (1, 2, 3, 4, 5))])
    rates = tally.rates()
    assert rates["top1_error"] == 75
    assert rates["top1_accuracy"] == 25
    assert rates["top1_stderr"] == pytest.approx(100 * math.sqrt(0.75 * 0.25 / 4))
    assert (rates["top5_error"], rates["top5_accuracy"]) == (25, 75)
    assert rates["top5_stderr"] == pytest.approx(100 * math.sqrt(0.25 * 0.75 / 4))


def test_a_bad_image_is_a_miss() -> None:
    tally = Tally(classes=10)
    tally.add([_prediction(1, (1, 2, 3, 4, 5))])
    tally.add([_prediction(1, (), "bad")])
    assert (tally.images, tally.images_bad, tally.rates()["top1_error"]) == (2, 1, 50)


def test_an_image_without_a_label_is_counted_but_not_rated() -> None:
    tally = Tally(classes=10)
    tally.add([_prediction(None, (1, 2, 3, 4, 5))])
    assert tally.rates() == {}
    tally.add([_prediction(1, (1, 2, 3, 4, 5))])
    assert (tally.images, tally.rates()["top1_error"]) == (2, 0)


def test_there_is_no_top5_of_fewer_than_five_classes() -> None:
    tally = Tally(classes=4)
    tally.add([_prediction(1, (1, 2, 3, 0))])
    assert set(tally.rates()) == {"top1_error", "top1_accuracy", "top1_stderr"}


def test_an_image_taken_over_from_an_earlier_run_counts_but_is_not_timed() -> None:
    tally = Tally(classes=10, load_seconds=1.5)
    tally.add([_prediction(1, (1,))])
    assert "images_per_second" not in tally.metrics()
    tally.add([_prediction(1, (1,))])
    tally.time(1, 0.25)
    metrics = tally.metrics()
    assert (metrics["images"], metrics["images_per_second"], metrics["load_seconds"]) == (2, 4, 1.5)
