"""``dataset=list``: paths, labels, and what can be wrong with a line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.data.dataset import Sample
from clsbench.data.datasets.image_list import ImageList, _Labels
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015
from clsbench.errors import ConfigError, DataError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("a.jpg", "b c.jpg", "deep/d.jpg"):
        (tmp_path / name).write_bytes(b"data of " + name.encode())
    return tmp_path


def image_list(root: Path, text: str, label_order: str | None = None, on_bad_image: str = "count") -> ImageList:
    (root / "val.txt").write_text(text, encoding="utf-8")
    return ImageList(str(root), str(root / "val.txt"), label_order, on_bad_image, None, 0)


def test_each_line_is_an_image_in_the_lists_order(root: Path) -> None:
    made = image_list(root, "deep/d.jpg 2\nb c.jpg 0\n\na.jpg\t1\r\n")(None, None)
    assert made.samples == (Sample("deep/d.jpg", 2), Sample("b c.jpg", 0), Sample("a.jpg", 1))
    assert made.read(1) == b"data of b c.jpg"
    assert (made.name, made.classes, made.missing) == ("list:val", None, ())


def test_absolute_paths_stay_what_they_are(root: Path) -> None:
    made = image_list(root, f"{root}/a.jpg 0")(None, None)
    assert made.read(0) == b"data of a.jpg"


def test_a_limit_takes_the_first_lines_only(root: Path) -> None:
    made = image_list(root, "a.jpg 0\nb c.jpg 1\nnowhere.jpg 2", on_bad_image="stop")(None, 2)
    assert [sample.name for sample in made.samples] == ["a.jpg", "b c.jpg"]


def test_labels_are_mapped_to_the_models_order(root: Path) -> None:
    # Tench is class 0 by wnid and class 448 by the development kit.
    for order, label in ((ILSVRC2012, 0), (ILSVRC2015, 448)):
        source = image_list(root, f"a.jpg {label}", order)
        assert source(ILSVRC2012, None).samples == (Sample("a.jpg", 0),)
        assert source(ILSVRC2015, None).samples == (Sample("a.jpg", 448),)
        assert source(ILSVRC2012, None).classes == 1000
        assert source(ILSVRC2012, None).digest == source(ILSVRC2015, None).digest


@pytest.mark.shared
def test_the_two_published_orders_of_one_list_are_one_dataset(shared: Path) -> None:
    folder = shared / "imagenet_sample"
    made = {
        order: ImageList(str(folder / "images"), str(folder / f"val_{order}_order.txt"), order, "stop", None, 0)
        for order in (ILSVRC2012, ILSVRC2015)
    }
    for model_order in (ILSVRC2012, ILSVRC2015):
        one, other = (source(model_order, None) for source in made.values())
        assert len(one.samples) == 300
        assert one.samples == other.samples
        assert one.digest == other.digest


def test_a_models_own_classes_need_a_list_of_its_own_classes(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"dataset.label_order=ilsvrc2012, but model.label_order is null"):
        image_list(root, "a.jpg 0", ILSVRC2012)(None, None)


def test_an_unknown_label_order_is_refused(root: Path) -> None:
    with pytest.raises(ConfigError, match="label_order=ilsvrc2014"):
        image_list(root, "a.jpg 0", "ilsvrc2014")(ILSVRC2012, None)


@pytest.mark.parametrize("line", ["a.jpg", "a.jpg cat", "7", "a.jpg -1", "a.jpg 1.0", "a.jpg ²", "a.jpg 0x1"])
def test_a_line_without_path_and_label_is_named_by_its_number(root: Path, line: str) -> None:
    with pytest.raises(DataError, match=r"val.txt:2: .* is not a path and a class index"):
        image_list(root, f"a.jpg 0\n{line}\n")(None, None)


def test_a_label_outside_its_order_is_named_by_its_line(root: Path) -> None:
    with pytest.raises(DataError, match=r"val.txt:1: label 1000 is not a class of ilsvrc2012 \(0..999\)"):
        image_list(root, "a.jpg 1000", ILSVRC2012)(ILSVRC2012, None)


def test_a_path_that_comes_twice_is_named_by_both_lines(root: Path) -> None:
    with pytest.raises(DataError, match=r"val.txt:3: ./a.jpg is already in line 1"):
        image_list(root, "a.jpg 0\nb c.jpg 0\n./a.jpg 0\n")(None, None)


def test_missing_files_are_found_at_once(root: Path) -> None:
    text = "a.jpg 0\ngone.jpg 1\ndeep 2\n"
    assert image_list(root, text)(None, None).missing == ("gone.jpg", "deep")
    with pytest.raises(DataError, match=r"2 of 3 files are missing: gone.jpg, deep"):
        image_list(root, text, on_bad_image="stop")(None, None)


def test_a_wrong_root_is_an_error(root: Path) -> None:
    source = image_list(root, "a.jpg 0\nb c.jpg 0")
    with pytest.raises(DataError, match=r"2 of 2 files are missing: a.jpg, b c.jpg ... \(looked for .*/deep/a.jpg\)"):
        ImageList(str(root / "deep"), source.list, None, "count", None, 0)(None, None)


def test_an_empty_list_is_an_error(root: Path) -> None:
    with pytest.raises(DataError, match="dataset list:val has no images"):
        image_list(root, "\n")(None, None)


def test_a_list_that_is_no_text_is_an_error(root: Path) -> None:
    (root / "val.txt").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(DataError, match="cannot be read as UTF-8 text"):
        ImageList(str(root), str(root / "val.txt"), None, "count", None, 0)(None, None)


NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)


@given(st.lists(NAMES, min_size=1, max_size=4).map(" ".join), st.integers(0, 9999))
def test_any_path_with_spaces_is_told_from_its_label(path: str, label: int) -> None:
    assert _Labels(None, None, 0).split(f"{path} {label}", "here") == (path, str(label))


def test_labels_may_be_wnids_where_the_lists_classes_are_imagenets(root: Path) -> None:
    dataset = image_list(root, "a.jpg n01440764\nb c.jpg 1\n", ILSVRC2012)(ILSVRC2012, None)
    assert [sample.label for sample in dataset.samples] == [0, 1]


def test_labels_may_be_names_of_the_classes_with_spaces_like_the_paths(root: Path) -> None:
    (root / "classes.txt").write_text("n01440764 tench, Tinca tinca\nred fox\nfox\n")
    (root / "val.txt").write_text("a.jpg tench, Tinca tinca\nb c.jpg red fox\ndeep/d.jpg fox\n")
    made = ImageList(str(root), str(root / "val.txt"), None, "count", str(root / "classes.txt"), 0)
    dataset = made(None, None)
    assert [(sample.name, sample.label) for sample in dataset.samples] == [
        ("a.jpg", 0),
        ("b c.jpg", 1),
        ("deep/d.jpg", 2),
    ]
    assert dataset.classes == 3
    (root / "val.txt").write_text("a.jpg 3\n")
    with pytest.raises(DataError, match=r"label 3 is not a class of dataset.classes \(0..2\)"):
        made(None, None)
    (root / "val.txt").write_text("a.jpg wolf\n")
    with pytest.raises(DataError, match=r"val.txt:1: 'a.jpg wolf' is not a path and an index, a wnid or a name"):
        made(None, None)


def test_labels_may_count_from_one_in_either_order(root: Path) -> None:
    def labels(text: str, order: str | None, first_label: int) -> list[int | None]:
        listed = replace(image_list(root, text, order), first_label=first_label)
        return [sample.label for sample in listed(ILSVRC2012 if order else None, None).samples]

    for order in (None, ILSVRC2012, ILSVRC2015):
        assert labels("a.jpg 1\nb c.jpg 1000\n", order, 1) == labels("a.jpg 0\nb c.jpg 999\n", order, 0)
    # The devkit's class 1 is the kit fox, n02119789, which is class 278 of the sorted wnids.
    assert labels("a.jpg 1\n", ILSVRC2015, 1) == [278]


def test_a_label_behind_the_last_class_names_the_setting_for_labels_from_one(root: Path) -> None:
    with pytest.raises(DataError, match=r"val.txt:1: label 1000 is not a class .* dataset.first_label=1 is for"):
        image_list(root, "a.jpg 1000\n", ILSVRC2012)(ILSVRC2012, None)
