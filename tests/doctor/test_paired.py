"""Two settings on the same images, with counts from a textbook's formula."""

from math import comb

import numpy as np

from clsbench.doctor.paired import Sight, paired
from clsbench.doctor.trial import unseen

CLASSES = 1000
LABELS = np.arange(100)


def _sight(right: int, place: float) -> Sight:
    """The first ``right`` images are right, the label of the others has that place."""
    trial = unseen((), (1, len(LABELS)), CLASSES)
    trial.best[:right, 0] = LABELS[:right]
    trial.ranks[:] = np.where(np.arange(len(LABELS)) < right, 1, place)
    return Sight(trial, LABELS, 0)


def test_gained_images_give_mcnemars_exact_p() -> None:
    found = paired(_sight(40, 50), _sight(50, 50), tries=3)
    assert (found.gained, found.lost) == (10, 0)
    assert found.p == 2 * comb(10, 0) / 2**10
    assert found.p_corrected == 3 * found.p
    assert found.found


def test_too_few_images_are_no_evidence() -> None:
    found = paired(_sight(40, 50), _sight(43, 50), tries=3)
    assert found.p == 0.25
    assert not found.found


def test_labels_that_rise_everywhere_are_evidence_with_few_images_gained() -> None:
    assert paired(_sight(40, 50), _sight(43, 10), tries=3).found


def test_worse_settings_are_never_found() -> None:
    assert not paired(_sight(50, 50), _sight(40, 10), tries=1).found


def test_what_is_right_as_often_as_a_guess_is_never_found() -> None:
    assert not paired(_sight(0, 500), _sight(1, 100), tries=1).found
