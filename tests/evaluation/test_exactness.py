"""Low-precision answers with their open ones scored again: the same decisions, as far as the bound holds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.dataset import Sample
from clsbench.errors import ConfigError
from clsbench.evaluation.exactness import Exactness, Rescoring, exactness_text
from clsbench.evaluation.fifth_place import with_fifth_places
from clsbench.evaluation.record import Prediction, bad_prediction, predictions_of

SETTINGS = Exactness(images=5, factor=1.5, check=5, seed=0)
_REST = (-1, -2, -3, -4, -5)
_NOISE = st.sampled_from([0, 0.01, 0.3])


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float32]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _predictions(scores: NDArray[np.float32], labels: Sequence[int | None]) -> list[Prediction]:
    samples = [Sample(f"image-{place}", label) for place, label in enumerate(labels)]
    weights = [np.ones(1, np.float32)] * len(samples)
    return with_fifth_places(predictions_of(range(len(samples)), samples, scores, weights), scores, weights)


def _finished(low: Sequence[Prediction], exact: Sequence[Prediction], how: Exactness = SETTINGS) -> Rescoring:
    """As a run has it."""
    rescoring = Rescoring(low, how)
    rescoring.add((place, exact[place]) for place in rescoring.sample())
    while near := rescoring.near():
        rescoring.add((place, exact[place]) for place in near)
    rescoring.add((place, exact[place]) for place in rescoring.others())
    return rescoring


def _decisions(predictions: Sequence[Prediction]) -> list[tuple[tuple[int, ...], bool, bool]]:
    return [(each.top5[:1], each.hit(1), each.hit(5)) for each in predictions]


def _noisy(images: int, classes: int, noise: float, seed: int) -> tuple[list[Prediction], list[Prediction]]:
    random = np.random.default_rng(seed)
    logits = 3 * random.standard_normal((images, classes))
    labels = [int(label) if label >= 0 else None for label in random.integers(-1, classes, images)]
    moved = logits + noise * random.uniform(-1, 1, logits.shape)
    return _predictions(_softmax(moved), labels), _predictions(_softmax(logits), labels)


@settings(max_examples=60)
@given(images=st.integers(1, 120), classes=st.integers(1, 12), noise=_NOISE, seed=st.integers(0, 9))
def test_all_that_the_bound_holds_for_is_decided_as_in_fp32(images: int, classes: int, noise: float, seed: int) -> None:
    low, exact = _noisy(images, classes, noise, seed)
    rescoring = _finished(low, exact)
    others = [place for place in range(images) if place not in rescoring.known]
    apart = replace(rescoring, known={place: exact[place] for place in others}, settings=replace(SETTINGS, factor=1))
    apart.checked = ()
    found, expected = _decisions(rescoring.result()), _decisions(exact)
    if (apart.bounds() <= rescoring.bounds()).all():
        assert found == expected
    assert [found[place] for place in rescoring.known] == [expected[place] for place in rescoring.known]
    assert rescoring.result() == _finished(low, exact).result()


def test_little_is_scored_twice_where_the_noise_is_small() -> None:
    low, exact = _noisy(2000, 10, 0.02, 1)
    how = replace(SETTINGS, images=100, check=50)
    rescoring = _finished(low, exact, how)
    metrics = rescoring.metrics()
    assert _decisions(rescoring.result()) == _decisions(exact)
    assert _decisions(low) != _decisions(exact)
    assert (metrics["calibrating_images"], metrics["checked_images"], metrics["missed_images"]) == (100, 50, 0)
    assert 20 < metrics["rescored_images"] < 200
    assert metrics["changed_images"] == sum(a != b for a, b in zip(_decisions(low), _decisions(exact), strict=True))
    assert 0.02 < metrics["exact_bound_top1"] < 0.07
    assert 0.02 < metrics["exact_bound_top5"] < 0.07
    assert metrics["missed_at_most"] == pytest.approx(0.0714 * (2000 - len(rescoring.known)), rel=0.01)


def test_without_noise_the_bound_is_nought_and_only_ties_are_scored_again() -> None:
    _, exact = _noisy(400, 10, 0, 2)
    tied = _predictions(np.full((1, 10), 0.1, np.float32), [3])
    low = [*exact, replace(tied[0], index=400)]
    rescoring = Rescoring(low, SETTINGS)
    rescoring.add((place, low[place]) for place in rescoring.sample())
    assert rescoring.bounds().tolist() == [0, 0]
    assert rescoring.near() == ([] if 400 in rescoring.known else [400])


def test_a_larger_move_that_is_seen_on_the_way_widens_the_bound() -> None:
    # Image 0 is far nearer than its neighbours are moved: what it shows lets image 1 be scored, too.
    pairs = [(0.50, 0.48), (0.50, 0.40), *[(0.9, 0.01)] * 60]
    low = _predictions(np.array([[a, b, 0.001] for a, b in pairs], np.float32), [0] * 62)
    exact = _predictions(np.array([[0.4, 0.48, 0], [0.4, 0.41, 0], *[[0.9, 0.01, 0]] * 60], np.float32), [0] * 62)
    rescoring = Rescoring(low, replace(SETTINGS, factor=1.0))
    rescoring.add((place, exact[place]) for place in range(2, 22))
    assert rescoring.near() == []
    rescoring.add([(0, exact[0])])
    assert rescoring.near() == [1]


def test_one_that_was_missed_is_found_by_the_check_and_counted_as_fp32_has_it() -> None:
    _, exact = _noisy(60, 10, 0, 3)
    flipped = [replace(each, top5=(each.top5[1], each.top5[0], *each.top5[2:])) for each in exact]
    rescoring = Rescoring(exact, SETTINGS)
    rescoring.add((place, exact[place]) for place in rescoring.sample())
    assert not rescoring.near()
    checked = rescoring.others()
    rescoring.add((place, flipped[place]) for place in checked)
    assert len(checked) == 3
    assert rescoring.metrics()["missed_images"] == 3
    assert rescoring.metrics()["missed_at_most"] == 60 - 5 - 3
    assert [rescoring.result()[place].top5 for place in checked] == [flipped[place].top5 for place in checked]
    assert "3 of 3 checked others were missed" in exactness_text({"images": 60, **rescoring.metrics()}, "int8")


def test_scores_that_may_be_negative_are_compared_by_their_differences() -> None:
    low = _predictions(np.array([[5, 4, *_REST]] * 30 + [[5, 4.9, *_REST]], np.float32), [0] * 31)
    exact = _predictions(np.array([[5, 4.1, *_REST]] * 30 + [[4.9, 5, *_REST]], np.float32), [0] * 31)
    rescoring = _finished(low, exact)
    assert rescoring.metrics()["exact_bound_top1"] >= 1.5 * 0.0999
    assert rescoring.result()[30].top5[0] == 1


def test_few_images_are_all_scored_in_fp32_and_none_is_left_to_check() -> None:
    low, exact = _noisy(5, 10, 0.5, 4)
    rescoring = _finished(low, exact)
    assert rescoring.result() == exact
    metrics = rescoring.metrics()
    assert (metrics["calibrating_images"], metrics["checked_images"], metrics["rescored_images"]) == (5, 0, 0)
    assert not {"missed_images", "missed_at_most"} & set(metrics)
    assert "no others were left to check" in exactness_text({"images": 5, **metrics}, "bf16")


def test_no_images_at_all_have_no_figures_but_counts() -> None:
    assert _finished([], []).metrics() == {
        **dict.fromkeys(("rescored_images", "calibrating_images", "checked_images", "changed_images"), 0)
    }


def test_images_that_could_not_be_read_are_left_alone() -> None:
    low, exact = _noisy(50, 10, 0.5, 5)
    low[7] = bad_prediction(7, Sample("image-7", 1), "damaged")
    rescoring = _finished(low, exact)
    assert 7 not in rescoring.known
    assert rescoring.result()[7].status == "bad"


def test_where_nothing_is_decided_there_is_no_bound() -> None:
    one_class = _predictions(np.ones((30, 1), np.float32), [0] * 30)
    assert not {"exact_bound_top1", "exact_bound_top5"} & set(_finished(one_class, one_class).metrics())
    low, exact = _noisy(30, 4, 0.1, 6)
    assert set(_finished(low, exact).metrics()) & {"exact_bound_top1", "exact_bound_top5"} == {"exact_bound_top1"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"images": 0}, "rescoring.images=0"),
        ({"check": 0}, "rescoring.check=0"),
        ({"factor": 0.9}, "rescoring.factor=0.9"),
        ({"factor": float("nan")}, "rescoring.factor=nan"),
    ],
)
def test_settings_that_mean_nothing_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        replace(SETTINGS, **changes)
