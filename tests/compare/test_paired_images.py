"""Which images several runs have in common."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.compare.paired_images import paired_images
from clsbench.compare.predictions import Predictions
from clsbench.errors import DataError

Make = Callable[..., Predictions]
NAMES = st.lists(st.text(max_size=6), unique=True, min_size=1, max_size=15)


@given(first=NAMES, second=NAMES, third=NAMES, shared=NAMES)
def test_the_same_row_is_the_same_image_in_every_run_and_none_is_lost(
    predictions_of: Make, first: list[str], second: list[str], third: list[str], shared: list[str]
) -> None:
    lists = [list(dict.fromkeys(each + shared)) for each in (first, second, third)]
    classes = {name: place for place, name in enumerate(sorted({name for each in lists for name in each}))}
    labels = [[classes[name] for name in names] for names in lists]
    runs = [predictions_of(names, values, values) for names, values in zip(lists, labels, strict=True)]
    found = paired_images(runs, [None] * 3, "ABC")
    everywhere = [name for name in lists[0] if name in lists[1] and name in lists[2]]
    assert all(run.names.tolist() == everywhere for run in found.runs)
    assert all(run.labels.tolist() == [classes[name] for name in everywhere] for run in found.runs)
    assert found.same_classes


def test_what_only_one_run_has_is_said(predictions_of: Make) -> None:
    runs = [predictions_of(["a", "b", "c"], [0, 1, 2], [0, 1, 2]), predictions_of(["c", "b"], [2, 1], [2, 2])]
    found = paired_images(runs, [None, None], "AB")
    assert found.runs[1].names.tolist() == ["b", "c"]
    assert "only 2 images are common" in found.notes[0]
    assert "3 in A, 2 in B" in found.notes[0]


def test_images_that_one_run_could_not_read_are_left_out_and_said(predictions_of: Make) -> None:
    runs = [predictions_of(["a", "b"], [0, 1], [0, 1]), predictions_of(["a", "b"], [0, 1], [0, 1], bad=[1])]
    found = paired_images(runs, [None, None], "AB")
    assert found.count == 1
    assert "1 common images are left out" in found.notes[0]
    assert "0 in A, 1 in B" in found.notes[0]


def test_images_in_other_folders_are_found_by_their_file_name(predictions_of: Make) -> None:
    runs = [predictions_of(["val/a", "val/b"], [0, 1], [0, 1]), predictions_of(["b", "a"], [1, 0], [1, 0])]
    found = paired_images(runs, [None, None], "AB")
    assert found.runs[1].names.tolist() == ["a", "b"]
    assert "file name alone" in found.notes[0]


@pytest.mark.parametrize(
    ("names", "labels", "bad", "words"),
    [
        (["x", "y"], [0, 1], [], "no image in common"),
        (["0/a", "1/a"], [0, 1], [], "no image in common"),  # one file name, two images
        (["a", "b"], [0, 1], [0, 1], "none of the 2 common images"),
        (["a", "b"], [1, 0], [], "label_order right in each run"),
    ],
)
def test_nothing_to_compare_is_one_clear_error(
    predictions_of: Make, names: list[str], labels: list[int], bad: list[int], words: str
) -> None:
    runs = [predictions_of(["a", "b"], [0, 1], [0, 1]), predictions_of(names, labels, [0, 1], bad=bad)]
    with pytest.raises(DataError, match=words):
        paired_images(runs, ["ilsvrc2012", "ilsvrc2012"], "AB")


def test_single_images_with_another_label_are_left_out(predictions_of: Make) -> None:
    runs = [predictions_of(["a", "b"], [0, 1], [0, 1]), predictions_of(["a", "b"], [0, 2], [0, 1])]
    found = paired_images(runs, ["ilsvrc2012", "ilsvrc2012"], "AB")
    assert found.count == 1
    assert "their labels differ" in found.notes[0]


def test_classes_of_unknown_other_numbers_are_not_compared(predictions_of: Make) -> None:
    runs = [predictions_of(["a", "b"], [0, 1], [0, 1]), predictions_of(["a", "b"], [1, 2], [1, 0])]
    found = paired_images(runs, ["ilsvrc2012", None], "AB")
    assert not found.same_classes
    assert found.count == 2
    assert "not classes" in found.notes[0]
    assert found.runs[1].hits(1).tolist() == [True, False]
