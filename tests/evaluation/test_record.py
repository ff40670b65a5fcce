import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_prediction import prediction_of

from clsbench.data.dataset import Sample
from clsbench.evaluation.record import bad_prediction, predictions_of

TWELVE = np.array([5, 7], np.float32)  # two distinct views of twelve


def test_a_prediction_holds_the_five_best_with_their_probabilities() -> None:
    probabilities = np.array([0.05, 0.3, 0.1, 0.2, 0.15, 0.2], np.float32)
    prediction = prediction_of(7, Sample("cat.jpg", 4), probabilities * 12, TWELVE)
    assert (prediction.index, prediction.name, prediction.label, prediction.status) == (7, "cat.jpg", 4, "ok")
    assert prediction.top5 == (1, 3, 5, 4, 2)
    assert prediction.top5_probability == pytest.approx((0.3, 0.2, 0.2, 0.15, 0.1))
    assert prediction.label_probability == pytest.approx(0.15)
    assert not prediction.hit(3)
    assert prediction.hit(4)
    assert prediction.views == 2


def test_an_unlabelled_image_has_classes_but_no_hit() -> None:
    prediction = prediction_of(0, Sample("cat.jpg", None), np.array([0.5, 0.5], np.float32), np.ones(1, np.float32))
    assert prediction.top5 == (0, 1)
    assert prediction.label_probability is None
    assert not prediction.hit(5)


def test_the_order_is_that_of_the_sums_even_where_the_means_are_equal() -> None:
    less = np.float32(3.5000005)
    sums = np.array([less, np.nextafter(less, np.float32(4))], np.float32)
    assert len(set(sums / np.float32(12))) == 1
    assert prediction_of(0, Sample("cat.jpg", 1), sums, TWELVE).top5 == (1, 0)


def test_a_bad_image_is_a_miss_with_a_problem() -> None:
    prediction = bad_prediction(3, Sample("cat.jpg", 0), "the file is empty")
    assert (prediction.status, prediction.problem, prediction.top5, prediction.views) == (
        "bad",
        "the file is empty",
        (),
        0,
    )
    assert not prediction.hit(5)


def test_any_right_label_is_a_hit() -> None:
    scores = np.array([0.1, 0.5, 0.2, 0.15, 0.05], np.float32)
    prediction = prediction_of(0, Sample("cat.jpg", 0, (1,)), scores, np.ones(1, np.float32))
    assert prediction.hit(1)
    assert not prediction_of(0, Sample("cat.jpg", 0, (2,)), scores, np.ones(1, np.float32)).hit(1)


def test_classes_outside_the_subset_are_not_predicted() -> None:
    scores = np.array([0.1, 0.5, 0.2, 0.15, 0.05], np.float32)
    prediction = prediction_of(0, Sample("cat.jpg", 3), scores, np.ones(1, np.float32), np.array([0, 3, 4]))
    assert prediction.top5 == (3, 0, 4)
    assert prediction.top5_probability == tuple(scores[[3, 0, 4]].tolist())


@given(
    labels=st.lists(st.none() | st.integers(0, 6), min_size=1, max_size=6),
    views=st.sampled_from([(1, 1), (1, 12)]),
    subset=st.none() | st.just(np.array([1, 2, 4, 6])),
    seed=st.integers(0, 99),
)
def test_the_predictions_of_a_batch_are_those_of_its_images(
    labels: list[int | None], views: tuple[int, int], subset: np.ndarray | None, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    summed = rng.random((len(labels), 7), np.float32)
    weights = [np.ones(views[place % 2], np.float32) for place in range(len(labels))]
    samples = [Sample(f"{place}.jpg", label) for place, label in enumerate(labels)]
    together = predictions_of(range(5, 5 + len(labels)), samples, summed, weights, subset)
    for place, prediction in enumerate(together):
        assert prediction == prediction_of(5 + place, samples[place], summed[place], weights[place], subset)
        probabilities = summed[place] / weights[place].sum()
        assert prediction.top5_probability == tuple(probabilities[list(prediction.top5)].tolist())
        label = labels[place]
        assert prediction.label_probability == (None if label is None else probabilities[label])
        assert prediction.views == len(weights[place])
