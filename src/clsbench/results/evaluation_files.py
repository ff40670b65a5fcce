"""The files of an evaluation: predictions, classes, bad images, environment."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from clsbench.evaluation.record import Prediction
from clsbench.results.bad_images import write_bad_images
from clsbench.results.calibration import write_calibration
from clsbench.results.confusion import write_confusion
from clsbench.results.environment import write_environment
from clsbench.results.per_class import write_per_class
from clsbench.results.predictions import write_predictions
from clsbench.results.predictions_preview import write_predictions_preview


def write_evaluation_files(
    predictions: Sequence[Prediction],
    class_names: Sequence[str],
    engine: Mapping[str, object],
    folder: Path,
    *,
    full: bool = True,
) -> None:
    """Writes each file under its contract name, of however many images there are.

    ``full``: the confusion matrix and the calibration too.
    """
    write_predictions(predictions, folder / "predictions.parquet")
    write_predictions_preview(predictions, class_names, folder / "predictions_preview.csv")
    write_per_class(predictions, class_names, folder / "per_class.csv")
    write_bad_images(predictions, folder / "bad_images.csv")
    write_environment(engine, folder / "environment.json")
    if full:
        write_confusion(predictions, class_names, folder)
        write_calibration(predictions, folder)
