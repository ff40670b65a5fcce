"""Datasets with other labels, and of some classes alone."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clsbench.data.dataset import Sample
from clsbench.data.datasets.relabelled import of_classes, read_subset, with_labels
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015, class_indices, wnids
from clsbench.errors import DataError


@dataclass
class Four:
    name: str = "four"
    samples: tuple[Sample, ...] = tuple(Sample(f"{index}.jpg", index) for index in range(4))
    classes: int | None = None
    missing: list[str] = field(default_factory=lambda: ["2.jpg", "0.jpg"])
    digest: str = "abc"
    any_channels: bool = False

    def read(self, index: int) -> bytes:
        return str(index).encode()


def written(folder: Path, labels: Any) -> str:
    (folder / "real.json").write_text(json.dumps(labels))
    return str(folder / "real.json")


def relabelled(folder: Path, labels: Any, *, is_part: bool = False) -> Any:
    return with_labels(Four(), written(folder, labels), None, None, is_part=is_part)


def test_an_image_may_have_several_right_labels_and_one_without_leaves(tmp_path: Path) -> None:
    found = relabelled(tmp_path, [[7], [], [1, 2], 3])
    assert found.samples == [Sample("0.jpg", 7), Sample("2.jpg", 1, (2,)), Sample("3.jpg", 3)]
    assert [found.read(index) for index in range(3)] == [b"0", b"2", b"3"]
    assert found.name == "four, labels real"
    assert sorted(found.missing) == ["0.jpg", "2.jpg"]


def test_labels_may_stand_by_the_images_names(tmp_path: Path) -> None:
    by_name = {f"{index}.jpg": [index + 1] for index in range(4)} | {"other.jpg": [0]}
    assert [sample.label for sample in relabelled(tmp_path, by_name).samples] == [1, 2, 3, 4]
    with pytest.raises(DataError, match=r"has no labels of 1\.jpg, nor of 2 other images"):
        relabelled(tmp_path, {"0.jpg": [1]})


def test_labels_are_brought_into_the_models_order(tmp_path: Path) -> None:
    file = written(tmp_path, [[5, 6], [0], [1], [2]])
    found = with_labels(Four(), file, ILSVRC2012, ILSVRC2015, is_part=False)
    expected = [class_indices(ILSVRC2015)[wnids(ILSVRC2012)[label]] for label in (5, 6)]
    assert [found.samples[0].label, *found.samples[0].also] == expected


def test_the_digest_tells_labels_apart(tmp_path: Path) -> None:
    digests = [
        relabelled(tmp_path, labels).digest
        for labels in ([[0], [1], [2], [3]], [[0], [1], [2], [3, 4]], [[], [1], [2], [3]])
    ]
    assert len({*digests, Four().digest}) == 4


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([[0]] * 3, "has labels of 3 images, but dataset four has 4"),
        ([[0]] * 5, "has labels of 5 images, but dataset four has 4"),
        ([["a"]] * 4, "has the wrong form; give a list of lists"),
        ([[True]] * 4, "has the wrong form"),
        (7, "has the wrong form"),
    ],
)
def test_labels_of_another_form_or_of_other_images_are_refused(tmp_path: Path, labels: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        relabelled(tmp_path, labels)


def test_a_limited_dataset_takes_the_first_labels(tmp_path: Path) -> None:
    assert len(relabelled(tmp_path, [[0]] * 9, is_part=True).samples) == 4


def test_what_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("[[1], ")
    with pytest.raises(DataError, match="cannot be read as JSON"):
        with_labels(Four(), str(tmp_path / "real.json"), None, None, is_part=False)


def test_a_subset_keeps_the_images_of_its_classes_and_of_their_labels(tmp_path: Path) -> None:
    several = relabelled(tmp_path, [[0, 3], [1], [2, 0], [3]])
    found = of_classes(several, "some.txt", {0, 1})
    assert found.samples == [Sample("0.jpg", 0), Sample("1.jpg", 1), Sample("2.jpg", 0)]
    assert [found.read(index) for index in range(3)] == [b"0", b"1", b"2"]
    with pytest.raises(DataError, match="none of 4 images of four belongs to its classes"):
        of_classes(Four(), "some.txt", {8, 9})


def test_a_subset_is_read_by_wnid_index_or_name(tmp_path: Path) -> None:
    file = tmp_path / "some.txt"
    file.write_text("n01440764 tench\n3\ndog\n")
    assert read_subset(str(file), {"n01440764": 0, "dog": 9}) == {0, 3, 9}
    file.write_text("wolf\n")
    with pytest.raises(DataError, match=r"some\.txt:1: 'wolf' is not a class"):
        read_subset(str(file), {})
    file.write_text("3\n3\n")
    with pytest.raises(DataError, match="names 1 class; give at least two"):
        read_subset(str(file), {})
