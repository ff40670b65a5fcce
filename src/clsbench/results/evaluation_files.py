"""The files of an evaluation: predictions, classes, errors, bad images, environment."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from clsbench.evaluation.record import Prediction
from clsbench.results.bad_images import write_bad_images
from clsbench.results.calibration import write_calibration
from clsbench.results.confusion import write_confusion
from clsbench.results.environment import write_environment
from clsbench.results.errors_page import Read, confident_errors, errors_page
from clsbench.results.per_class import write_per_class
from clsbench.results.predictions import write_predictions
from clsbench.results.predictions_preview import write_predictions_preview
from clsbench.results.worst_classes import worst_classes, write_worst_classes


def write_evaluation_files(
    predictions: Sequence[Prediction],
    class_names: Sequence[str],
    engine: Mapping[str, object],
    folder: Path,
    *,
    read: Read | None = None,
) -> dict[str, float]:
    """Writes each file under its contract name, for any number of images.

    With ``read``, which returns an image by its index, also writes what shows how a network errs: the confusion matrix,
    the calibration, the worst classes and the page of errors. Returns the metrics from these.
    """
    write_predictions(predictions, folder / "predictions.parquet")
    write_predictions_preview(predictions, class_names, folder / "predictions_preview.csv")
    write_per_class(predictions, class_names, folder / "per_class.csv")
    write_bad_images(predictions, folder / "bad_images.csv")
    write_environment(engine, folder / "environment.json")
    if read is None:
        return {}
    write_confusion(predictions, class_names, folder)
    worst, errors = worst_classes(predictions), confident_errors(predictions)
    write_worst_classes(worst, class_names, folder / "worst_classes.csv")
    if errors or worst:
        (folder / "errors.html").write_text(errors_page(errors, worst, class_names, read), encoding="utf-8")
    ece = write_calibration(predictions, folder)
    return {} if ece is None else {"ece": ece}
