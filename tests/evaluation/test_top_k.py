import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from clsbench.errors import EngineError
from clsbench.evaluation.top_k import check_finite, top_k

_FEW_VALUES = st.sampled_from([0.0, -0.0, 0.25, 0.5, 1.0, float(np.float32(1e-30))])


@given(
    npst.arrays(np.float32, st.integers(1, 40), elements=_FEW_VALUES | st.floats(-1, 1, width=32)),
    st.integers(1, 7),
)
def test_the_order_is_that_of_a_stable_argsort(scores: np.ndarray, k: int) -> None:
    assert top_k(scores, k).tolist() == np.argsort(-scores, kind="stable")[:k].tolist()


@given(
    npst.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=_FEW_VALUES), st.integers(1, 7)
)
def test_a_batch_has_what_its_images_have_one_by_one(scores: np.ndarray, k: int) -> None:
    assert top_k(scores, k).tolist() == [top_k(of_image, k).tolist() for of_image in scores]


def test_the_scores_stay_as_they_were() -> None:
    scores = np.array([0.25, 0.75], np.float32)
    top_k(scores, 1)
    assert scores.tolist() == [0.25, 0.75]


def test_equal_scores_come_in_the_order_of_their_classes() -> None:
    assert top_k(np.array([0.1, 0.4, 0.1, 0.4, 0.1], np.float32), 4).tolist() == [1, 3, 0, 2]


def test_fewer_classes_than_k_are_all_returned() -> None:
    assert top_k(np.array([0.25, 0.75], np.float32), 5).tolist() == [1, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_is_an_error_that_names_the_image_and_the_class(value: float) -> None:
    scores = np.array([0.5, value, 0.5], np.float32)
    with pytest.raises(EngineError, match=rf"cat\.jpg: 1 of 3 scores are not finite, the first {value} for class 1"):
        check_finite(scores, "cat.jpg")
    check_finite(np.zeros(3, np.float32), "cat.jpg")
