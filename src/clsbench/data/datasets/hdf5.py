"""``dataset=hdf5``: arrays in HDF5 files, as Caffe's HDF5Data layer reads them: ready-made network input."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Sample
from clsbench.data.datasets.datums import check_limit, check_made
from clsbench.data.datasets.disk import existing_path
from clsbench.data.datasets.labels import category_of, labels_by_category
from clsbench.errors import ConfigError, DataError


@dataclass(frozen=True)
class Hdf5:
    """``root`` is an HDF5 file, or a text file with the path of one per line, like HDF5Data's ``source``.

    ``data`` and ``label`` name the arrays: (image, channel, height, width) numbers, and (image,) class indices.
    """

    root: str | None
    data: str
    label: str | None
    label_order: str | None
    on_bad_image: str

    def __call__(self, model_label_order: str | None, limit: int | None) -> "ArrayDataset":
        """The images file by file, or only the first ``limit`` of them."""
        check_limit(limit)
        root = existing_path(self.root, "dataset.root")
        files = [_opened(path, self.data, self.label) for path in _paths(root)]
        for file in files[1:]:
            if file.shape != files[0].shape:
                raise DataError(
                    f"{file.path}: images of {file.shape}, but {files[0].path} has {files[0].shape} (channel, height, "
                    "width); all must have one size"
                )
        places = [(file, index) for file in files for index in range(len(file.labels))][:limit]
        model_label, classes = labels_by_category(self.label_order, model_label_order)
        samples = [
            Sample(f"{file.path.name}:{index}", _label(file, index, self.label_order, model_label))
            for file, index in places
        ]
        return ArrayDataset(f"hdf5:{root.stem}", samples, classes, places, self.on_bad_image)


@dataclass(frozen=True, eq=False)
class _File:
    path: Path
    images: Any  # h5py.Dataset
    labels: Sequence[int | None]

    @property
    def shape(self) -> tuple[int, ...]:
        """(channel, height, width)."""
        return tuple(self.images.shape[1:])


@dataclass(frozen=True, eq=False)
class ArrayDataset:
    """Satisfies data.dataset.Dataset; ``places`` says where each image is."""

    name: str
    samples: Sequence[Sample]
    classes: int | None
    places: Sequence[tuple[_File, int]]
    on_bad_image: str
    missing: ClassVar[Sequence[str]] = ()
    any_channels: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_made(self.name, self.samples, self.on_bad_image)

    @cached_property
    def digest(self) -> str:
        """The sha256 of the labels, and of each file's size, first and last image: all numbers would take minutes."""
        sha256 = hashlib.sha256()
        for file in dict.fromkeys(file for file, _ in self.places):
            ends = (np.asarray(file.images[index]).tobytes() for index in (0, -1))
            sha256.update(f"{file.path.stat().st_size} {file.images.shape} {list(file.labels)}".encode())
            sha256.update(b"".join(ends))
        return hashlib.sha256(f"{sha256.hexdigest()} {len(self.places)}".encode()).hexdigest()

    def read(self, index: int) -> NDArray[np.float32]:
        """The numbers (height, width, channel) of one image; BadImageError if they cannot be read."""
        file, row = self.places[index]
        try:
            planes = np.asarray(file.images[row], np.float32)
        except OSError as error:
            if self.on_bad_image == "count":
                raise BadImageError(f"damaged: {error}") from error
            raise DataError(f"{file.path}: image {row} is damaged: {error}; create the file again") from error
        return np.ascontiguousarray(planes.transpose(1, 2, 0))


def _label(file: _File, index: int, label_order: str | None, model_label: Any) -> int | None:
    label = file.labels[index]
    if label is None:
        return None
    found: int = model_label(category_of(f"{file.path.name}:{index}", label, label_order))
    return found


def _paths(root: Path) -> Iterator[Path]:
    if _h5py().is_hdf5(root):
        yield root
        return
    try:
        lines = [line.strip() for line in root.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"dataset.root={root} is neither an HDF5 file nor a list of HDF5 files: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line:
            # relative to where the command runs, as in Caffe, or to the list's folder
            path = next((path for path in (Path(line), root.parent / line) if path.is_file()), None)
            if path is None:
                raise DataError(f"{root}:{number}: {line} is neither in the current folder nor beside the list")
            yield path


def _opened(path: Path, data: str, label: str | None) -> _File:
    try:
        file = _h5py().File(path, "r")
    except OSError as error:
        raise DataError(f"{path}: not an HDF5 file, or damaged: {error}") from error
    images = _array(file, path, data, "data")
    if images.ndim != 4:
        raise DataError(f"{path}: '{data}' has {images.ndim} axes; images are (image, channel, height, width)")
    if label is None:
        return _File(path, images, [None] * len(images))
    labels = np.asarray(_array(file, path, label, "label"))
    if labels.size != len(images) or not np.array_equal(labels, labels.astype(np.int64)):
        raise DataError(f"{path}: '{label}' must hold one class index for each of {len(images)} images")
    return _File(path, images, labels.ravel().astype(int).tolist())


def _array(file: Mapping[str, Any], path: Path, name: str, key: str) -> Any:
    if name in file and hasattr(file[name], "shape"):
        return file[name]
    raise DataError(f"{path}: has no array '{name}', but {', '.join(sorted(file)) or 'none'}; give dataset.{key}=NAME")


def _h5py() -> Any:
    try:
        import h5py  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError("dataset=hdf5: not installed here; pip install 'clsbench[data]'") from error
    return h5py
