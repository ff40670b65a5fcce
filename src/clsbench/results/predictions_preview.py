"""``predictions_preview.csv``: the first predictions for people, because MLflow's UI shows no Parquet files."""

import csv
from collections.abc import Sequence
from pathlib import Path

from clsbench.evaluation.record import TOP, Prediction

_COLUMNS = ("image", "label", "prediction", "probability", "label_probability", "label_rank", "status")
_IMAGES = 200


def write_predictions_preview(predictions: Sequence[Prediction], names: Sequence[str], path: Path) -> None:
    """One row per image, classes by ``names`` if there are any; ``label_rank`` 1 to 5, or empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for prediction in predictions[:_IMAGES]:
            best = prediction.top5[0] if prediction.top5 else None
            rank = next((k for k in range(1, TOP + 1) if prediction.hit(k)), "")
            probabilities = (next(iter(prediction.top5_probability), None), prediction.label_probability)
            writer.writerow(
                (
                    prediction.name,
                    _class(prediction.label, names),
                    _class(best, names),
                    *("" if probability is None else f"{probability:.4f}" for probability in probabilities),
                    rank,
                    prediction.status,
                )
            )


def _class(index: int | None, names: Sequence[str]) -> str:
    if index is None:
        return ""
    return f"{index} {names[index]}" if index < len(names) else str(index)
