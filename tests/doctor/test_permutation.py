"""Labels that are a permutation of the classes, on answers whose errors are known."""

import numpy as np
from numpy.typing import NDArray

from clsbench.doctor.permutation import is_one_to_one, matching
from clsbench.doctor.trial import Trial, unseen

CLASSES = 100


def _answers(classes: NDArray[np.int64], confidence: float = 0.6) -> Trial:
    trial = unseen((), (1, len(classes)), CLASSES)
    trial.best[:, 0] = classes
    trial.confidence[:] = confidence
    return trial


def _noisy(classes: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    random = np.random.default_rng(1)
    wrong = random.random(len(classes)) < share
    return np.where(wrong, random.integers(0, CLASSES, len(classes)), classes)


def test_of_permuted_classes_each_label_finds_its_own() -> None:
    classes = np.repeat(np.arange(20), 10)
    permuted = np.random.default_rng(0).permutation(CLASSES)
    found = matching(_answers(_noisy(classes, 0.4)), permuted[classes], seed=0)
    assert found.is_permutation
    assert {each.label: each.predicted for each in found.matches} == {int(permuted[at]): at for at in range(20)}
    assert found.matched > 100
    assert found.p == 1 / 200


def test_answers_that_have_nothing_to_do_with_the_labels_are_no_permutation() -> None:
    random = np.random.default_rng(2)
    found = matching(_answers(random.integers(0, 20, 200)), np.repeat(np.arange(20), 10), seed=0)
    assert not found.is_permutation
    assert found.p is not None
    assert found.p > 0.01


def test_one_answer_to_everything_is_no_permutation() -> None:
    assert not matching(_answers(np.full(200, 7)), np.repeat(np.arange(20), 10), seed=0).is_permutation
    assert not matching(_answers(np.full(90, 7)), np.arange(90), seed=0).is_permutation


def test_labels_that_occur_once_are_believed_only_beside_many_sure_answers() -> None:
    labels = np.random.default_rng(0).permutation(CLASSES)
    sure = matching(_answers(_noisy(np.arange(CLASSES), 0.4)), labels, seed=0)
    assert sure.p is None
    assert sure.is_permutation
    assert "several images per class would prove it" in sure.words
    assert not matching(_answers(np.arange(CLASSES), confidence=0.012), labels, seed=0).is_permutation


def test_images_that_could_not_be_read_are_left_out() -> None:
    classes = np.repeat(np.arange(20), 10)
    answers = _answers(classes.copy())
    answers.best[::5] = -1
    assert matching(answers, classes, seed=0).images == 160


def test_one_to_one_means_both_ways() -> None:
    assert is_one_to_one(np.array([0, 1, 0]), np.array([5, 3, 5]))
    assert not is_one_to_one(np.array([0, 1, 0]), np.array([5, 3, 4]))
    assert not is_one_to_one(np.array([0, 1, 2]), np.array([5, 3, 5]))
