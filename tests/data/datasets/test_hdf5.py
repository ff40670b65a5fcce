"""HDF5 files as a dataset."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from clsbench.data.datasets.hdf5 import ArrayDataset, Hdf5
from clsbench.errors import ConfigError, DataError

DATA = np.random.default_rng(0).standard_normal((6, 5, 4, 3)).astype(np.float32)


def written(path: Path, **arrays: Any) -> Path:
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return path


def opened(root: Path, label: str | None = "label", limit: int | None = None) -> ArrayDataset:
    return Hdf5(str(root), "data", label, None, "count")(None, limit)


def test_images_have_the_order_of_the_list_and_their_file_and_row_as_name(tmp_path: Path) -> None:
    written(tmp_path / "a.h5", data=DATA[:4], label=np.arange(4.0))
    written(tmp_path / "b.h5", data=DATA[4:], label=np.array([[4], [5]]))
    (tmp_path / "val.txt").write_text("a.h5\nb.h5\n")
    dataset = opened(tmp_path / "val.txt")
    assert [sample.name for sample in dataset.samples[3:5]] == ["a.h5:3", "b.h5:0"]
    assert [sample.label for sample in dataset.samples] == list(range(6))
    for index in range(6):
        np.testing.assert_array_equal(dataset.read(index), DATA[index].transpose(1, 2, 0))
    assert opened(tmp_path / "val.txt", limit=5).samples == dataset.samples[:5]
    assert dataset.any_channels


def test_a_file_alone_and_one_without_labels(tmp_path: Path) -> None:
    dataset = opened(written(tmp_path / "a.h5", data=DATA), label=None)
    assert [sample.label for sample in dataset.samples] == [None] * 6


def test_the_digest_tells_labels_and_numbers_apart(tmp_path: Path) -> None:
    def digest(name: str, data: Any, label: Any) -> str:
        return opened(written(tmp_path / name, data=data, label=label)).digest

    whole = digest("a", DATA, np.arange(6))
    assert digest("b", DATA, np.arange(6)) == whole
    assert digest("c", DATA, np.arange(6)[::-1]) != whole
    assert digest("d", DATA + 1, np.arange(6)) != whole


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"label": np.arange(6)}, "has no array 'data', but label; give dataset.data=NAME"),
        ({"data": DATA}, "has no array 'label', but data; give dataset.label=NAME"),
        ({"data": DATA[0], "label": np.arange(5)}, "'data' has 3 axes"),
        ({"data": DATA, "label": np.full(6, 0.5)}, "one class index for each of 6 images"),
        ({"data": DATA[:0], "label": np.arange(0)}, "has no images"),
    ],
)
def test_arrays_that_are_no_images_with_labels_are_named(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        opened(written(tmp_path / "a.h5", **arrays))


def test_damaged_missing_and_mixed_files_are_one_error(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.h5", data=DATA, label=np.arange(6))
    (tmp_path / "cut.h5").write_bytes(whole.read_bytes()[:1000])
    with pytest.raises(DataError, match="damaged"):
        opened(tmp_path / "cut.h5")
    written(tmp_path / "small.h5", data=DATA[:, :, :2], label=np.arange(6))
    for listed, said in (("a.h5\ngone.h5", "val.txt:2: gone.h5 is neither"), ("a.h5\nsmall.h5", "must have one size")):
        (tmp_path / "val.txt").write_text(listed)
        with pytest.raises(DataError, match=said):
            opened(tmp_path / "val.txt")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(DataError, match="neither an HDF5 file nor a list"):
        opened(tmp_path / "picture.png")
    with pytest.raises(ConfigError, match=r"dataset\.root is not set"):
        Hdf5(None, "data", "label", None, "count")(None, None)
