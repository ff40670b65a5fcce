"""What is read from the disk is what would be decoded, whatever became of the files meanwhile."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clsbench.data.bad_image import BadImageError
from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.datasets.image_list import ImageList
from clsbench.data.datasets.part import part_of
from clsbench.data.prepared.dataset import PreparedDataset, lies_in_files
from clsbench.data.prepared.images import BLOCK, PreparedImages
from clsbench.data.preprocessing import Preprocessing

VIEWS = ViewMaker(Preprocessing([1.0, 2.0, 3.0], 1.0, 1.0, "pixels"), SingleCrop(12, 16))
_COUNT = BLOCK + 5


def _write(folder: Path, index: int, seed: int) -> None:
    pixels = np.random.default_rng([seed, index]).integers(0, 256, (20 + index, 30, 3), np.uint8)
    (folder / f"{index}.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


@pytest.fixture
def files(tmp_path: Path) -> Any:
    for index in range(_COUNT):
        _write(tmp_path, index, 0)
    (tmp_path / "7.png").write_bytes(b"no image")
    (tmp_path / "9.png").unlink()
    (tmp_path / "list.txt").write_text("".join(f"{index}.png 0\n" for index in range(_COUNT)))
    return ImageList(str(tmp_path), str(tmp_path / "list.txt"), None, "count", None, 0)(None, None)


def _read(files: Any, folder: Path, order: Sequence[int] = range(_COUNT)) -> int:
    """Reads all and compares them; how many were decoded before."""
    prepared = PreparedDataset(files, VIEWS.image_of, PreparedImages(folder, len(files.samples)))
    for index in order:
        try:
            wanted = VIEWS.image_of(files.read(index))
        except BadImageError as error:
            with pytest.raises(BadImageError, match=str(error)):
                prepared.read(index)
        else:
            assert np.array_equal(prepared.read(index), wanted)
            assert np.array_equal(VIEWS.cut(prepared.read(index)).views, VIEWS.of_stored(files.read(index)).views)
    return prepared.images.found


def test_a_second_run_reads_what_the_first_decoded_but_bad_images_and_the_views_are_the_same(
    files: Any, tmp_path: Path
) -> None:
    assert lies_in_files(files)
    assert _read(files, tmp_path / "kept") == 0
    assert len(list((tmp_path / "kept").iterdir())) == 2
    assert _read(files, tmp_path / "kept") == 2 * (_COUNT - 2)


def test_the_order_of_reading_does_not_matter(files: Any, tmp_path: Path) -> None:
    assert _read(files, tmp_path / "kept", np.random.default_rng(0).permutation(_COUNT).tolist()) == 0
    assert _read(files, tmp_path / "kept") == 2 * (_COUNT - 2)


def test_a_file_that_was_changed_is_decoded_anew_and_its_block_is_made_anew(files: Any, tmp_path: Path) -> None:
    _read(files, tmp_path / "kept")
    size = (tmp_path / "3.png").stat().st_size
    _write(tmp_path, 3, 1)
    os.truncate(tmp_path / "3.png", max(size, (tmp_path / "3.png").stat().st_size))
    _read(files, tmp_path / "kept")
    _read(files, tmp_path / "kept")
    assert _read(files, tmp_path / "kept") == 2 * (_COUNT - 2)


def test_an_evaluation_that_begins_amid_a_block_leaves_that_block_to_the_next_one(files: Any, tmp_path: Path) -> None:
    _read(files, tmp_path / "kept", range(4, _COUNT))
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["000001.images"]
    _read(files, tmp_path / "kept")
    assert _read(files, tmp_path / "kept") == 2 * (_COUNT - 2)


def test_a_part_of_a_dataset_has_the_stamps_of_its_files(files: Any, tmp_path: Path) -> None:
    part = part_of(files, [4, 2, 11])
    assert lies_in_files(part)
    assert _read(part, tmp_path / "kept", range(3)) == 0
    assert _read(part, tmp_path / "kept", range(3)) == 6


def test_a_disk_that_refuses_is_said_once_and_all_is_decoded(
    files: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "kept").touch()  # a file in the folder's place
    assert _read(files, tmp_path / "kept") == 0
    assert caplog.text.count("decoded images are not saved") == 1


def test_a_part_without_images_lies_where_the_whole_does(files: Any) -> None:
    assert lies_in_files(part_of(files, []))


def test_numbers_are_not_kept() -> None:
    numbers: Any = type("Numbers", (), {"any_channels": True})()
    assert not lies_in_files(numbers)
