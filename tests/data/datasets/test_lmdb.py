"""A database of Datums as a dataset."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from datums import datum, encoded_datum, float_datum, written_lmdb
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.datasets.lmdb import Lmdb
from clsbench.errors import ConfigError, DataError

IMAGES = [np.random.default_rng(seed).integers(0, 256, (5 + seed, 7, 3), np.uint8) for seed in range(40)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written_lmdb(tmp_path / "val_lmdb", (datum(image, number % 10) for number, image in enumerate(IMAGES)))


def test_its_keys_are_the_names_and_its_labels_the_datums(folder: Path) -> None:
    dataset = Lmdb(str(folder), None, "count", 0)(None, None)
    assert dataset.name == "lmdb:val_lmdb"
    assert [sample.name for sample in dataset.samples[:2]] == ["00000000_image", "00000001_image"]
    assert [sample.label for sample in dataset.samples] == [number % 10 for number in range(40)]
    assert Lmdb(str(folder / "data.mdb"), None, "count", 0)(None, 3).samples == dataset.samples[:3]


def test_pixels_come_back_as_they_were_from_any_thread(folder: Path) -> None:
    dataset = Lmdb(str(folder), None, "count", 0)(None, None)
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(dataset.read, list(range(40)) * 20))
    for number, image in enumerate(read):
        np.testing.assert_array_equal(image, IMAGES[number % 40])


def test_an_encoded_datum_is_its_file(tmp_path: Path) -> None:
    dataset = Lmdb(str(written_lmdb(tmp_path / "db", [encoded_datum(IMAGES[0], 3)])), None, "count", 0)(None, None)
    stored = dataset.read(0)
    assert isinstance(stored, bytes)
    assert stored.startswith(b"\x89PNG")
    assert dataset.samples[0].label == 3


def test_the_digest_tells_labels_and_pixels_apart(tmp_path: Path) -> None:
    def digest(name: str, image: NDArray[np.uint8], label: int) -> str:
        return Lmdb(str(written_lmdb(tmp_path / name, [datum(image, label)])), None, "count", 0)(None, None).digest

    whole = digest("a", IMAGES[0], 1)
    assert digest("b", IMAGES[0], 1) == whole
    assert digest("c", IMAGES[0], 2) != whole
    assert digest("d", 255 - IMAGES[0], 1) != whole


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"\x08\x03\x10\x05", "bad Datum"),
        (b"\xff\xff\xff", "bad Datum"),
        (b"", "bad Datum"),
        (datum(IMAGES[0], 1)[:-30], "bad Datum"),
    ],
)
def test_a_bad_datum_is_a_bad_image_or_an_error_as_the_policy_says(tmp_path: Path, value: bytes, said: str) -> None:
    folder = written_lmdb(tmp_path / "db", [datum(IMAGES[0], 1), value])
    with pytest.raises(BadImageError, match=said):
        Lmdb(str(folder), None, "count", 0)(None, None).read(1)
    with pytest.raises(DataError, match="00000001_image: bad Datum"):
        Lmdb(str(folder), None, "stop", 0)(None, None).read(1)


def test_a_truncated_or_foreign_database_is_one_error(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    whole = (folder / "data.mdb").read_bytes()
    for content in (whole[: len(whole) // 2], whole[:5000], b"", b"no database" * 1000):
        (other / "data.mdb").write_bytes(content)
        with pytest.raises(DataError, match=r"data\.mdb: (truncated|not an LMDB)"):
            Lmdb(str(other), None, "count", 0)(None, None)
        os.utime(other / "data.mdb", ns=(0, 0))


def test_what_is_not_there_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"dataset\.root is not set"):
        Lmdb(None, None, "count", 0)(None, None)
    with pytest.raises(DataError, match=r"holds no data\.mdb"):
        Lmdb(str(tmp_path), None, "count", 0)(None, None)
    with pytest.raises(DataError, match="has no images"):
        Lmdb(str(written_lmdb(tmp_path / "empty", [])), None, "count", 0)(None, None)


def test_a_label_that_is_no_class_of_the_order_is_named(tmp_path: Path) -> None:
    folder = written_lmdb(tmp_path / "db", [datum(IMAGES[0], 1000)])
    with pytest.raises(DataError, match="00000000_image: label 1000 is not a class of ilsvrc2012"):
        Lmdb(str(folder), "ilsvrc2012", "count", 0)("ilsvrc2012", None)


def test_a_datum_of_floats_is_its_numbers(tmp_path: Path) -> None:
    numbers = np.random.default_rng(0).standard_normal((4, 3, 5)).astype(np.float32)
    folder = written_lmdb(tmp_path / "db", [float_datum(numbers, 7), float_datum(numbers, 7)[:-3]])
    dataset = Lmdb(str(folder), None, "count", 0)(None, None)
    assert dataset.samples[0].label == 7
    np.testing.assert_array_equal(dataset.read(0), numbers)
    with pytest.raises(BadImageError, match="but there are 59 numbers"):
        dataset.read(1)


def test_damaged_pages_are_one_error_or_bad_images_and_never_the_end_of_the_process(tmp_path: Path) -> None:
    whole = (written_lmdb(tmp_path / "whole", map(datum, IMAGES * 3, range(120))) / "data.mdb").read_bytes()
    random = np.random.default_rng(0)
    folder = tmp_path / "damaged"
    folder.mkdir()
    refused: Counter[int | None] = Counter()
    for _ in range(25):
        content = bytearray(whole)
        page = int(random.integers(2, len(whole) // 4096)) * 4096
        for place in random.integers(0, 64, 8):  # the page's header, and where its entries lie
            content[page + place] = random.integers(0, 256)
        (folder / "data.mdb").write_bytes(content)
        for limit in (3, None):  # of the first images their own pages are gone through, not all
            refused[limit] += not _is_read(folder, limit)
    assert refused[None] > 5
    assert refused[3] < refused[None] / 2


def _is_read(folder: Path, limit: int | None) -> bool:
    try:
        dataset = Lmdb(str(folder), None, "count", 0)(None, limit)
        for index in range(len(dataset.samples)):
            with suppress(BadImageError):
                dataset.read(index)
    except DataError:
        return False
    return True
