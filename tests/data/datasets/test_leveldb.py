"""A LevelDB of Datums as a dataset."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from datums import datum, encoded_datum, written_leveldb

from clsbench.data.bad_image import BadImageError
from clsbench.data.datasets.leveldb import LevelDb
from clsbench.errors import ConfigError, DataError

plyvel = pytest.importorskip("plyvel", reason="no plyvel: it has no build for Python 3.13 and newer")

IMAGES = [np.random.default_rng(seed).integers(0, 256, (5 + seed, 7, 3), np.uint8) for seed in range(40)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written_leveldb(tmp_path / "val_leveldb", (datum(image, number % 10) for number, image in enumerate(IMAGES)))


def test_its_keys_are_the_names_and_its_labels_the_datums(folder: Path) -> None:
    dataset = LevelDb(str(folder), None, "count", 0)(None, None)
    assert dataset.name == "leveldb:val_leveldb"
    assert [sample.name for sample in dataset.samples[:2]] == ["00000000_image", "00000001_image"]
    assert [sample.label for sample in dataset.samples] == [number % 10 for number in range(40)]
    assert LevelDb(str(folder), None, "count", 0)(None, 3).samples == dataset.samples[:3]


def test_pixels_come_back_as_they_were_from_any_thread(folder: Path) -> None:
    dataset = LevelDb(str(folder), None, "count", 0)(None, None)
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(dataset.read, list(range(40)) * 20))
    for number, image in enumerate(read):
        np.testing.assert_array_equal(image, IMAGES[number % 40])


def test_an_encoded_datum_is_its_file_and_a_damaged_one_a_bad_image(tmp_path: Path) -> None:
    values = [encoded_datum(IMAGES[0], 3), b"\xff\xff\xff"]
    dataset = LevelDb(str(written_leveldb(tmp_path / "db", values)), None, "count", 0)(None, None)
    stored = dataset.read(0)
    assert isinstance(stored, bytes)
    assert stored.startswith(b"\x89PNG")
    with pytest.raises(BadImageError, match="bad Datum"):
        dataset.read(1)


def test_a_damaged_table_is_one_error(folder: Path) -> None:
    with plyvel.DB(str(folder)) as database:
        database.compact_range()
    (table,) = folder.glob("*.ldb")
    content = bytearray(table.read_bytes())
    content[200:400] = bytes(200)
    table.write_bytes(content)
    with pytest.raises(DataError, match="not a LevelDB, damaged"):
        LevelDb(str(folder), None, "count", 0)(None, None)


def test_what_is_not_there_or_open_elsewhere_is_named_with_the_cure(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"dataset\.root is not set"):
        LevelDb(None, None, "count", 0)(None, None)
    with pytest.raises(DataError, match="holds no CURRENT; give the folder of a LevelDB"):
        LevelDb(str(tmp_path), None, "count", 0)(None, None)
    with plyvel.DB(str(folder)), pytest.raises(DataError, match="open in another process"):
        LevelDb(str(folder), None, "count", 0)(None, None)
