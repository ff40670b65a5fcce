"""Labels that a model cannot give."""

import pytest

from clsbench.data.dataset import Dataset, check_labels
from clsbench.data.datasets.file_dataset import Entry, FileDataset
from clsbench.errors import DataError


def dataset(labels: list[int], classes: int | None) -> Dataset:
    entries = [Entry(f"{n}.jpg", str(label), f"/images/{n}.jpg", 0, 10) for n, label in enumerate(labels)]
    return FileDataset("some", entries, int, classes, "stop")


def test_labels_within_the_models_classes_pass() -> None:
    check_labels(dataset([0, 9], classes=None), 10)
    check_labels(dataset([0, 9], classes=10), 10)


def test_a_label_outside_the_models_classes_is_named() -> None:
    with pytest.raises(DataError, match=r"dataset some: labels outside the model's classes 0..9: 1.jpg 10, 3.jpg 11"):
        check_labels(dataset([0, 10, 9, 11], classes=None), 10)


@pytest.mark.parametrize("classes", [9, 1000])
def test_another_number_of_classes_is_refused_even_where_every_label_fits(classes: int) -> None:
    with pytest.raises(DataError, match=f"dataset some has {classes} classes, but the model has 10"):
        check_labels(dataset([0, 1], classes), 10)
