"""The dataset behind all databases of Caffe's Datums, whichever library wrote them."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from clsbench.caffe.datum import Part, label_of, read_datum
from clsbench.caffe.wire import WireError
from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Sample, Stored
from clsbench.data.datasets.labels import category_of, labels_by_category
from clsbench.errors import ConfigError, DataError

_HASHED = 512  # bytes of each Datum that go into the digest


class StoredValue(NamedTuple):
    """A key with its value's ``size`` in bytes; ``part`` returns some of them."""

    key: bytes
    size: int
    part: Part


@dataclass(frozen=True)
class Index:
    """What is known about every Datum before its pixels are read."""

    samples: Sequence[Sample]
    classes: int | None
    digest: str


@dataclass(frozen=True)
class DatumDataset:
    """Satisfies data.dataset.Dataset; ``value`` returns a Datum's bytes. ``on_bad_image=stop`` stops at a bad one."""

    name: str
    index: Index
    value: Callable[[int], bytes]
    on_bad_image: str
    missing: ClassVar[Sequence[str]] = ()
    any_channels: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_made(self.name, self.samples, self.on_bad_image)

    @property
    def samples(self) -> Sequence[Sample]:
        """The keys, with the labels in the model's order."""
        return self.index.samples

    @property
    def classes(self) -> int | None:
        """The number of classes behind its labels; None if only the model knows."""
        return self.index.classes

    @property
    def digest(self) -> str:
        """The sha256 of each key, label, size and first bytes: hashing all pixels would take minutes."""
        return self.index.digest

    def read(self, index: int) -> Stored:
        """The image file of an encoded Datum; the pixels or numbers (height, width, channel) of any other."""
        try:
            return _content(self.value(index))
        except WireError as error:
            if self.on_bad_image == "count":
                raise BadImageError(f"bad Datum: {error}") from error
            raise DataError(
                f"dataset {self.name}: {self.samples[index].name}: bad Datum: {error}; "
                "create the database again, or give dataset.on_bad_image=count"
            ) from error


def check_limit(limit: int | None) -> None:
    """Raises ConfigError if it leaves no image."""
    if limit is not None and limit < 1:
        raise ConfigError(f"limit={limit}: give 1 or more, or null for every image")


def check_made(name: str, samples: Sequence[Sample], on_bad_image: str) -> None:
    """Raises ConfigError if ``on_bad_image`` is not a policy, DataError if there is no image."""
    if on_bad_image not in ("count", "stop"):
        raise ConfigError(f"dataset.on_bad_image={on_bad_image}: give count or stop")
    if not samples:
        raise DataError(f"dataset {name} has no images; check dataset.root")


def indexed(
    values: Iterable[StoredValue], label_order: str | None, model_label_order: str | None, first_label: int = 0
) -> Index:
    """The Datums' names and labels. Raises DataError if a label is not a class of ``label_order``.

    A Datum damaged before its label has no label, like one written without.
    """
    model_label, classes = labels_by_category(label_order, model_label_order)
    samples, sha256 = [], hashlib.sha256()
    for value in values:
        name, label = value.key.decode(errors="backslashreplace"), _label(value)
        category = None if label is None else category_of(name, label, label_order, first_label)
        sha256.update(f"{name}\t{category}\t{value.size}\n".encode() + value.part(0, _HASHED))
        samples.append(Sample(name, None if category is None else model_label(category)))
    return Index(samples, classes, sha256.hexdigest())


def _label(value: StoredValue) -> int | None:
    try:
        return label_of(value.part, value.size)
    except WireError:
        return None


def _content(message: bytes) -> Stored:
    datum = read_datum(message)
    if datum.encoded:
        return datum.data
    # Caffe stores one plane per channel, blue first; an image here has its channels side by side.
    if datum.numbers is not None:
        return np.ascontiguousarray(datum.numbers.reshape(datum.shape).transpose(1, 2, 0))
    planes = np.frombuffer(datum.data, np.uint8).reshape(datum.shape)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))
