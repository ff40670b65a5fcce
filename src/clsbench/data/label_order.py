"""The two orders in which ImageNet's 1,000 classes are numbered; a class is its wnid in either order."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from clsbench.errors import ConfigError, DataError

ILSVRC2012 = "ilsvrc2012"  # by wnid, which is Caffe's usual order
ILSVRC2015 = "ilsvrc2015"  # by the development kit's class id

_FILE = Path(__file__).with_name("ilsvrc2015_order.txt")


@cache
def wnids(order: str) -> tuple[str, ...]:
    """The wnid of each class index; ConfigError if ``order`` is not one of the two."""
    if order == ILSVRC2015:
        return _read(_FILE)
    if order == ILSVRC2012:
        return tuple(sorted(wnids(ILSVRC2015)))
    raise ConfigError(f"label_order={order}: give {ILSVRC2012}, {ILSVRC2015} or null (its own classes)")


@cache
def class_indices(order: str) -> Mapping[str, int]:
    """The class index of each wnid."""
    return MappingProxyType({wnid: index for index, wnid in enumerate(wnids(order))})


def _read(file: Path) -> tuple[str, ...]:
    lines = tuple(line for line in file.read_text("ascii").splitlines() if not line.startswith("#"))
    if len(set(lines)) != 1000 or len(lines) != 1000:
        raise DataError(f"{file} must hold 1,000 distinct wnids, but is damaged; install clsbench again")
    return lines
