"""What every dataset of files does."""

from pathlib import Path

import pytest

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Sample
from clsbench.data.datasets.file_dataset import Entry, FileDataset, first
from clsbench.errors import ConfigError, DataError


def entry(file: Path, category: str = "0", size: int | None = 5, offset: int = 0) -> Entry:
    return Entry(file.name, category, str(file), offset, size)


def dataset(entries: list[Entry], on_bad_image: str = "count") -> FileDataset:
    return FileDataset("some", entries, int, None, on_bad_image)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "image.jpg"
    file.write_bytes(b"12345")
    return file


def test_a_file_is_read_whole_and_a_member_from_its_place(image: Path) -> None:
    made = dataset([entry(image), entry(image, offset=1, size=3)])
    assert made.read(0) == b"12345"
    assert made.read(1) == b"234"


def test_labels_are_the_models_and_the_digest_is_not(image: Path) -> None:
    entries = [entry(image, "a"), entry(image, "b")]
    one = FileDataset("some", entries, {"a": 0, "b": 1}.__getitem__, 2, "count")
    other = FileDataset("some", entries, {"a": 1, "b": 0}.__getitem__, 2, "count")
    assert one.samples == (Sample("image.jpg", 0), Sample("image.jpg", 1))
    assert other.samples == (Sample("image.jpg", 1), Sample("image.jpg", 0))
    assert one.digest == other.digest


def test_the_digest_follows_names_categories_sizes_and_order(image: Path) -> None:
    one, two = entry(image, "0"), entry(image, "1")
    digests = [
        dataset(entries).digest
        for entries in (
            [one, two],
            [two, one],
            [one],
            [one, two._replace(size=6)],
            [one, two._replace(name="other.jpg")],
            [one, two._replace(category="2")],
        )
    ]
    assert len(set(digests)) == len(digests)


def test_the_digest_does_not_depend_on_where_the_files_lie(image: Path) -> None:
    assert dataset([entry(image)]).digest == dataset([entry(image)._replace(file="/elsewhere", offset=512)]).digest


def test_missing_files_are_counted_and_bad_when_read(image: Path) -> None:
    made = dataset([entry(image), entry(image.with_name("gone.jpg"), size=None)])
    assert made.missing == ("gone.jpg",)
    with pytest.raises(BadImageError, match=r"^missing file$"):
        made.read(1)


def test_a_file_that_goes_missing_later_is_bad_when_read(image: Path) -> None:
    made = dataset([entry(image)])
    image.unlink()
    with pytest.raises(BadImageError, match=r"^missing file$"):
        made.read(0)


def test_a_disk_that_fails_is_no_bad_image(image: Path) -> None:
    made = dataset([entry(image)._replace(file=str(image / "below a file"))])
    with pytest.raises(DataError, match="Not a directory; the disk or network failed") as caught:
        made.read(0)
    assert not isinstance(caught.value, BadImageError)


def test_stop_refuses_a_missing_file_at_once(image: Path) -> None:
    with pytest.raises(DataError, match=r"1 of 2 files are missing: gone.jpg ... \(looked for .*/gone.jpg\)"):
        dataset([entry(image), entry(image.with_name("gone.jpg"), size=None)], on_bad_image="stop")


def test_all_files_missing_is_an_error_even_where_bad_images_are_counted(image: Path) -> None:
    with pytest.raises(DataError, match="2 of 2 files are missing"):
        dataset([entry(image, size=None)] * 2)


def test_an_unknown_policy_is_refused(image: Path) -> None:
    with pytest.raises(ConfigError, match=r"dataset.on_bad_image=ignore: give count or stop"):
        dataset([entry(image)], on_bad_image="ignore")


def test_no_images_at_all_are_an_error() -> None:
    with pytest.raises(DataError, match="dataset some has no images"):
        dataset([])


def test_a_name_that_no_report_could_hold_is_refused(image: Path) -> None:
    with pytest.raises(DataError, match="is not UTF-8; rename the file"):
        dataset([entry(image)._replace(name=b"caf\xe9.jpg".decode("utf-8", "surrogateescape"))])


def test_a_limit_takes_the_first_and_none_takes_all() -> None:
    assert first("abc", 2) == "ab"
    assert first("abc", None) == first("abc", 9) == "abc"
    with pytest.raises(ConfigError, match="limit=0: give 1 or more, or null"):
        first("abc", 0)
