"""Calibration views: one an image, the same each time, known by their own content."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from clsbench.data.calibration import CalibrationImages, CalibrationNoise
from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.datasets.image_files import image_files
from clsbench.data.preprocessing import Preprocessing
from clsbench.errors import DataError

PLAIN = Preprocessing(mean=0.0, std=1.0, scale=1.0, mean_image="pixels")


def _images(folder: Path, colours: list[int]) -> CalibrationImages:
    folder.mkdir(exist_ok=True)
    for index, colour in enumerate(colours):
        cv2.imwrite(str(folder / f"{index}.png"), np.full((6, 8, 3), colour, np.uint8))
    (folder / "list.txt").write_text("".join(f"{index}.png\n" for index in range(len(colours))))
    dataset = image_files(folder, folder / "list.txt", "calibration.list")
    return CalibrationImages(dataset, ViewMaker(PLAIN.of(3), SingleCrop(4, 4)), workers=2)


def test_each_image_is_one_view_in_the_lists_order(tmp_path: Path) -> None:
    images = _images(tmp_path, [10, 20, 30])
    for _ in range(2):
        views = list(images)
        assert [view.shape for view in views] == [(1, 3, 4, 4)] * 3
        assert [float(view.mean()) for view in views] == [10, 20, 30]
    assert len(images) == 3


def test_the_digest_is_that_of_the_pixels_not_of_the_names(tmp_path: Path) -> None:
    same = _images(tmp_path / "a", [10, 20]).digest, _images(tmp_path / "b", [10, 20]).digest
    assert same[0] == same[1]
    assert _images(tmp_path / "c", [10, 21]).digest != same[0]


def test_a_damaged_image_is_left_out_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    images = _images(tmp_path, [10, 20, 30])
    (tmp_path / "1.png").write_bytes(b"no image but nine bytes more")
    assert len(images) == 2
    assert [float(view.mean()) for view in images] == [10, 30]
    assert "1 images" in caplog.text


def test_images_of_which_none_can_be_read_are_an_error(tmp_path: Path) -> None:
    images = _images(tmp_path, [10])
    (tmp_path / "0.png").write_bytes(b"no image")
    with pytest.raises(DataError, match="none of 1 images"):
        _ = images.digest


def test_noise_is_the_same_each_time() -> None:
    noise = CalibrationNoise(3, (3, 4, 4), 60.0)
    first, second = (np.concatenate(list(noise)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == (3, 3, 4, 4)
    assert 30 < first.std() < 90
    assert noise.digest != CalibrationNoise(3, (3, 4, 4), 1.0).digest
