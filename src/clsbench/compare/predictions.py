"""``predictions.parquet`` read as arrays, one row per image: fast for 50,000 images, without a Python loop."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clsbench.errors import DataError

TOP = 5
NONE = -1  # in place of a missing label or class


@dataclass(frozen=True)
class Predictions:
    """The predictions of one run; class indices and labels are in the same order, NONE if absent."""

    names: NDArray[np.object_]  # (image,)
    labels: NDArray[np.int64]  # (image,)
    top5: NDArray[np.int64]  # (image, place), best first
    probabilities: NDArray[np.float32]  # (image, place), of top5
    label_probabilities: NDArray[np.float32]  # (image,), NaN if there is no label
    bad: NDArray[np.bool_]  # (image,), could not be read
    also: NDArray[np.int64]  # (image, further right label), NONE after the last; width 0 if no image has one

    def select(self, rows: NDArray[np.intp]) -> "Predictions":
        """These rows, in this order."""
        return Predictions(
            self.names[rows],
            self.labels[rows],
            self.top5[rows],
            self.probabilities[rows],
            self.label_probabilities[rows],
            self.bad[rows],
            self.also[rows],
        )

    def hits(self, k: int) -> NDArray[np.bool_]:
        """Whether a right label is among the ``k`` best classes (image,); False for an image without a label."""
        right = np.column_stack([self.labels, self.also])
        found = (self.top5[:, :k, None] == right[:, None, :]) & (right != NONE)[:, None, :]
        return np.asarray(found.any(axis=(1, 2)))

    @property
    def has_top5(self) -> bool:
        """Whether five classes were stored for every readable image; a network with fewer has no top-5 error."""
        return bool((self.top5[~self.bad] != NONE).all())


def read_predictions(path: Path) -> Predictions:
    """The file's rows. Raises DataError if it is damaged or contains an image twice."""
    columns = ["image", "label", "top5", "top5_probability", "label_probability", "status"]
    try:
        has_also = "also_right" in pq.read_schema(path).names
        table = pq.read_table(path, columns=[*columns, *(["also_right"] if has_also else [])])
        read = {name: table.column(name).combine_chunks() for name in columns}
        found = Predictions(
            names=read["image"].to_numpy(zero_copy_only=False),
            labels=_filled(read["label"], NONE).astype(np.int64),
            top5=_matrix(read["top5"], NONE).astype(np.int64),
            probabilities=_matrix(read["top5_probability"], np.nan).astype(np.float32),
            label_probabilities=_filled(read["label_probability"], np.nan).astype(np.float32),
            bad=read["status"].to_numpy(zero_copy_only=False) != "ok",
            also=_also(table.column("also_right").combine_chunks())
            if has_also
            else np.empty((len(table), 0), np.int64),
        )
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        told = str(error).partition("\n")[0]
        raise DataError(f"{path} cannot be read as a run's predictions ({told}); run the evaluation again") from error
    names, counts = np.unique(found.names, return_counts=True)
    if (twice := counts > 1).any():
        raise DataError(f"{path} holds {names[twice][0]} twice; run the evaluation again")
    return found


def _also(lists: Any) -> NDArray[np.int64]:
    return _matrix(lists, NONE, int(lists.value_lengths().to_numpy(zero_copy_only=False).max())).astype(np.int64)


def _filled(column: Any, absent: float) -> NDArray[Any]:
    return np.asarray(column.fill_null(absent).to_numpy(zero_copy_only=False))


def _matrix(lists: Any, absent: float, width: int = TOP) -> NDArray[np.float64]:
    """Lists of up to ``width`` numbers as (image, place), with ``absent`` after the end of shorter ones."""
    lengths = np.asarray(lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)).astype(np.intp)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    places = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    matrix = np.full((len(lengths), width), absent)
    kept = places < width
    matrix[rows[kept], places[kept]] = lists.flatten().to_numpy(zero_copy_only=False)[kept]
    return matrix
