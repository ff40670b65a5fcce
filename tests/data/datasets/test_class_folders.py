"""``dataset=folder``: what the folders' names mean."""

import logging
from pathlib import Path

import pytest

from clsbench.data.dataset import Sample
from clsbench.data.datasets.class_folders import ClassFolders
from clsbench.data.datasets.file_dataset import FileDataset
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015
from clsbench.errors import DataError


def folders(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).mkdir()
        (root / name / "1.jpg").write_bytes(name.encode())
    return root


def opened(root: Path, order: str | None = None, limit: int | None = None) -> FileDataset:
    return ClassFolders(str(root), None, "count")(order, limit)


def test_wnids_are_imagenets_classes_in_the_models_order(tmp_path: Path) -> None:
    root = folders(tmp_path, "n01440764", "n01491361")  # tench, tiger shark
    made = {order: opened(root, order) for order in (ILSVRC2012, ILSVRC2015)}
    assert [(sample.name, sample.label) for sample in made[ILSVRC2012].samples] == [
        ("n01440764/1.jpg", 0),
        ("n01491361/1.jpg", 3),
    ]
    assert [(sample.name, sample.label) for sample in made[ILSVRC2015].samples] == [
        ("n01491361/1.jpg", 442),
        ("n01440764/1.jpg", 448),
    ]
    assert made[ILSVRC2012].classes == 1000


def test_wnids_are_just_names_for_a_model_with_classes_of_its_own(tmp_path: Path) -> None:
    made = opened(folders(tmp_path, "n01491361", "n01440764"))
    assert made.samples == (Sample("n01440764/1.jpg", 0), Sample("n01491361/1.jpg", 1))
    assert made.classes == 2


def test_wnids_among_other_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="extra is not a wnid of ImageNet's 1,000 classes, but other folders are"):
        opened(folders(tmp_path, "n01440764", "extra"), ILSVRC2012)


def test_other_names_are_classes_by_their_sorted_place(tmp_path: Path) -> None:
    made = opened(folders(tmp_path, "dog", "cat", "10"), ILSVRC2012)
    assert made.samples == (Sample("10/1.jpg", 0), Sample("cat/1.jpg", 1), Sample("dog/1.jpg", 2))
    assert (made.classes, made.name) == (3, f"folder:{tmp_path.name}")
    assert made.read(1) == b"cat"


@pytest.mark.parametrize("start", [0, 1])
def test_numbers_are_sorted_as_numbers(tmp_path: Path, start: int) -> None:
    numbers = [str(number) for number in range(start, start + 12)]
    made = opened(folders(tmp_path, *numbers))
    assert [sample.label for sample in made.samples] == list(range(12))
    assert [sample.name for sample in made.samples] == [f"{number}/1.jpg" for number in numbers]


@pytest.mark.parametrize("names", [("0", "2"), ("2", "3"), ("1", "01")])
def test_numbers_with_a_gap_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="folders named by number must count from 0 or 1 without a gap"):
        opened(folders(tmp_path, *names))


def test_an_empty_folder_is_a_class_without_images(tmp_path: Path) -> None:
    folders(tmp_path, "0", "2")
    (tmp_path / "1").mkdir()
    assert opened(tmp_path).samples == (Sample("0/1.jpg", 0), Sample("2/1.jpg", 2))


def test_what_is_no_image_is_left_out_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folders(tmp_path, "cat")
    (tmp_path / "cat" / "2.PNG").touch()
    (tmp_path / "cat" / "Thumbs.db").touch()
    (tmp_path / "cat" / "more").mkdir()
    with caplog.at_level(logging.WARNING):
        assert [sample.name for sample in opened(tmp_path).samples] == ["cat/1.jpg", "cat/2.PNG"]
    assert "left out 2 files or folders that are not images, first cat/more" in caplog.text


def test_a_limit_takes_the_first_and_leaves_the_classes(tmp_path: Path) -> None:
    made = opened(folders(tmp_path, "a", "b", "c"), limit=2)
    assert len(made.samples) == 2
    assert made.classes == 3


def test_a_folder_without_folders_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").touch()
    with pytest.raises(DataError, match="holds no folders; give one with a folder per class, or use dataset=list"):
        opened(tmp_path)


def test_folders_without_images_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    with pytest.raises(DataError, match="has no images"):
        opened(tmp_path)


def test_a_name_of_its_own_is_kept(tmp_path: Path) -> None:
    made = ClassFolders(str(folders(tmp_path, "0")), "digits", "stop")(None, None)
    assert made.name == "digits"
