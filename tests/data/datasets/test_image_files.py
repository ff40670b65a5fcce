"""Lists of images whose labels do not count."""

from pathlib import Path

import pytest

from clsbench.data.datasets.image_files import files_of, image_files
from clsbench.data.datasets.part import part_of
from clsbench.errors import DataError


def _listed(folder: Path, lines: str) -> Path:
    for name in ("a.jpg", "b.jpg", "two words.jpg"):
        (folder / name).write_bytes(b"pixels")
    (folder / "list.txt").write_text(lines)
    return folder / "list.txt"


def test_a_line_is_a_path_with_or_without_a_label(tmp_path: Path) -> None:
    file = _listed(tmp_path, "a.jpg 7\nb.jpg n01440764\ntwo words.jpg\ntwo words.jpg 7\n\n")
    dataset = image_files(tmp_path, file, "calibration.list")
    assert [sample.name for sample in dataset.samples] == ["a.jpg", "b.jpg", "two words.jpg", "two words.jpg"]
    labels = [sample.label for sample in dataset.samples]
    assert labels[0] == labels[3]
    assert len(set(labels)) == 3
    assert not dataset.missing
    assert dataset.read(2) == b"pixels"


def test_a_list_that_is_no_text_is_named_as_the_setting_has_it(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"calibration\.list="):
        image_files(tmp_path, tmp_path / "list.txt", "calibration.list")


def test_a_list_of_files_that_are_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("absent.jpg 1\n")
    with pytest.raises(DataError, match=r"1 of 1 files are missing: absent\.jpg"):
        image_files(tmp_path, tmp_path / "list.txt", "calibration.list")


def test_the_files_of_a_part_are_its_own(tmp_path: Path) -> None:
    dataset = image_files(tmp_path, _listed(tmp_path, "a.jpg\nb.jpg\n"), "calibration.list")
    assert [Path(file).name for file in files_of(dataset)] == ["a.jpg", "b.jpg"]
    assert [Path(file).name for file in files_of(part_of(dataset, [1]))] == ["b.jpg"]
