"""Scores written by a device: npy, bin or csv, in one file or one per batch, put into the manifest's order."""

import csv
import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.given.manifest import Manifest
from clsbench.errors import EngineError
from clsbench.model.weights_file import sha256_of

log = logging.getLogger(__name__)

SUFFIXES = (".npy", ".bin", ".csv")
_SHOWN = 3


@dataclass(frozen=True)
class Encoding:
    """How numbers represent scores: a ``bin`` file holds ``dtype``, and whole numbers are (q - zero_point) x scale.

    ``softmax``: the numbers are logits, and become probabilities here.
    """

    dtype: str
    scale: float | None
    zero_point: int
    softmax: bool

    def scores(self, numbers: NDArray[Any], path: Path) -> NDArray[np.float32]:
        """Scores (row, class). Raises EngineError if whole numbers come without a scale, or other numbers with one."""
        whole = np.issubdtype(numbers.dtype, np.integer)
        if whole and self.scale is None:
            raise EngineError(f"{path}: {numbers.dtype} numbers; give engine.scale=S engine.zero_point=Z of the output")
        if not whole and self.scale is not None:
            raise EngineError(f"{path}: {numbers.dtype} numbers are scores already; leave engine.scale out")
        if self.scale is not None:
            numbers = (numbers.astype(np.float64) - self.zero_point) * self.scale
        if self.softmax:
            powers = np.exp(numbers.astype(np.float64) - numbers.max(axis=1, keepdims=True))
            numbers = powers / powers.sum(axis=1, keepdims=True)
        return np.ascontiguousarray(numbers, np.float32)


def digest_of(path: Path) -> str:
    """The digest of the score files, by name and content."""
    digest = hashlib.sha256()
    for file in sorted(_found(path).values()) if path.is_dir() else [path]:
        digest.update(f"{file.name} {sha256_of(file)}\n".encode())
    return digest.hexdigest()


def read_scores(path: Path, manifest: Manifest, classes: int, encoding: Encoding) -> NDArray[np.float32]:
    """Scores (row, class) for every row of the manifest. Raises EngineError if one is missing, surplus or no number."""
    if path.is_dir():
        parts = [_read(file, rows, classes, encoding) for file, rows in _by_batch(path, manifest)]
        scores = np.concatenate(parts)
    else:
        scores = _read(path, range(len(manifest.rows)), classes, encoding)
    wrong = np.flatnonzero(~np.isfinite(scores).all(axis=1))
    if len(wrong):
        first = manifest.rows[wrong[0]].title
        raise EngineError(
            f"{path}: {len(wrong)} of {len(scores)} rows have scores that are not finite, the first is {first}; "
            "look for a precision that overflows, or for an output that the device never wrote"
        )
    return scores


def _by_batch(folder: Path, manifest: Manifest) -> Iterator[tuple[Path, range]]:
    found = _found(folder)
    wanted = {Path(file).stem.replace("views", "scores"): rows for file, rows in manifest.files.items()}
    missing, surplus = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    if missing:
        raise EngineError(
            f"{folder}: {len(missing)} of {len(wanted)} files of scores are missing, {_named(missing)}; "
            "name them as the views' files, scores-0000 for views-0000, .npy, .bin or .csv"
        )
    if surplus:
        raise EngineError(
            f"{folder}: {len(surplus)} files belong to no batch of the manifest, {_named(surplus)}; do they belong "
            "to other inputs?"
        )
    return ((found[name], rows) for name, rows in wanted.items())


def _found(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file in sorted(folder.glob("scores-*")):
        if file.suffix not in SUFFIXES:
            continue
        if file.stem in found:
            raise EngineError(f"{file}: {found[file.stem].name} is there as well; remove one of them")
        found[file.stem] = file
    return found


def _read(path: Path, rows: range, classes: int, encoding: Encoding) -> NDArray[np.float32]:
    try:
        if path.suffix == ".csv":
            numbers = _of_csv(path, rows, classes)
        elif path.suffix == ".bin":
            numbers = np.fromfile(path, np.dtype(encoding.dtype).newbyteorder("<"))
        elif path.suffix == ".npy":
            numbers = np.load(path, allow_pickle=False)
        else:
            raise EngineError(f"{path}: give scores as .npy, .bin or .csv, or a folder of such files")
    except (OSError, ValueError, EOFError) as error:
        raise EngineError(f"{path}: cannot be read as scores: {error}") from error
    if numbers.dtype.kind not in "iuf":
        raise EngineError(f"{path}: {numbers.dtype} is not a type of number; give float16, float32 or whole numbers")
    _check_count(path, numbers, rows, classes, encoding)
    return encoding.scores(numbers.reshape(len(rows), classes), path)


def _check_count(path: Path, numbers: NDArray[Any], rows: range, classes: int, encoding: Encoding) -> None:
    """Raises EngineError unless there are ``classes`` numbers per row."""
    many = len(numbers) if numbers.ndim > 1 else numbers.size // classes
    if numbers.size == len(rows) * classes and many == len(rows):
        return
    read_as = f" of {encoding.dtype} (engine.dtype)" if path.suffix == ".bin" else ""
    if numbers.size != many * classes:
        raise EngineError(
            f"{path}: shape {numbers.shape}{read_as}; expected {classes} scores for each of {len(rows)} views"
        )
    what = f"{len(rows) - many} rows are missing" if many < len(rows) else f"{many - len(rows)} rows are surplus"
    raise EngineError(
        f"{path}: {many} rows of scores{read_as}, the manifest has {len(rows)} "
        f"(rows {rows.start} to {rows.stop - 1}): {what}"
    )


def _of_csv(path: Path, rows: range, classes: int) -> NDArray[Any]:
    """Lines of ``classes`` numbers in order, or of a row number and ``classes`` numbers; a header is optional."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.reader(file) if line]
    if lines and not _is_number(lines[0][-1]):
        lines = lines[1:]
    uneven = next((at for at, line in enumerate(lines) if len(line) not in (classes, classes + 1)), None)
    if uneven is not None:
        raise EngineError(
            f"{path}: {len(lines[uneven])} numbers in line {uneven + 1} of its scores; "
            f"expected {classes} scores, or a row's number and {classes} scores"
        )
    whole = all(each.lstrip("-").isdigit() for line in lines for each in line)
    if lines and len(lines[0]) == classes + 1:
        lines = _in_order(path, lines, rows)
    return np.array([line[-classes:] for line in lines], np.int64 if whole else np.float64).reshape(-1, classes)


def _in_order(path: Path, lines: list[list[str]], rows: range) -> list[list[str]]:
    """The lines by row number. Raises EngineError if a row is missing, duplicated or not in the manifest."""
    numbers = [int(line[0]) for line in lines]
    missing, surplus = sorted(set(rows) - set(numbers)), sorted(set(numbers) - set(rows))
    twice = sorted(number for number, times in Counter(numbers).items() if times > 1)
    for what, which in (("are missing", missing), ("are not in the manifest", surplus), ("come twice", twice)):
        if which:
            raise EngineError(f"{path}: {len(which)} rows {what}: {_named([str(each) for each in which])}")
    if numbers != sorted(numbers):
        log.warning(
            "%s: its rows are in a different order from the manifest's; they were sorted by their row numbers", path
        )
    return sorted(lines, key=lambda line: int(line[0]))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
