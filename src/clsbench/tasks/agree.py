"""THE JOB, top to bottom: configuration -> engines, all open -> the same images through each -> tracked run."""

from pathlib import Path

from omegaconf import DictConfig

from clsbench.agree.agreement import Agreement
from clsbench.agree.contestants import contestants_of, opened
from clsbench.agree.images import DatasetImages, Images, RandomImages
from clsbench.agree.run_cell import agreement_cell
from clsbench.agree.saturation import unsaturated
from clsbench.agree.table import show_agreement
from clsbench.composition.images import dataset_of, view_maker_of
from clsbench.composition.network import classifier_of
from clsbench.composition.parts import check_channels
from clsbench.composition.random_fallback import model_or_random
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels
from clsbench.composition.surroundings import tracker_of
from clsbench.console.result import show_run
from clsbench.engines.cores import available_cores
from clsbench.errors import ConfigError
from clsbench.model.classifier import Classifier
from clsbench.sweeps.outcome import FINISHED, Outcome

_RANDOM_IMAGES = 32


def agree(cfg: DictConfig, folder: Path) -> Outcome:
    """Compares the engines. Raises DisagreementError, after saving the run, if one is beyond the tolerance."""
    if cfg.task.layers:
        from clsbench.tasks.layers import layers  # noqa: PLC0415 - its statistics take a second to import

        return layers(cfg, folder)
    check_counts(cfg)
    _check_settings(cfg)
    with config_errors():
        tracker = tracker_of(cfg)
        model, pixels = _model(cfg)
        contestants = contestants_of(cfg, model)
        images = _images(cfg, model, pixels)
    with opened(contestants) as predictors:
        tolerance = float(cfg.task.tolerance)
        images = unsaturated(images, predictors[contestants[0].label], tolerance)
        agreement = Agreement(tolerance, contestants, predictors, images)
        cell = agreement_cell(cfg, model, pixels, agreement)
        with tracker.run(cell, folder / "clsbench.log") as tracked:
            try:
                agreement.run(model.name)
            finally:  # what was compared is kept, however the run ends
                agreement.keep(tracked, folder)
            show_agreement(f"{cell.name}: {images.name}, against {agreement.reference.label}", agreement.rows)
            show_run(tracked, tracker.uri, folder)
    agreement.check()
    return Outcome(FINISHED, cell.name, tracked.run_id)


def _check_settings(cfg: DictConfig) -> None:
    tolerance, images, seed = cfg.task.tolerance, cfg.task.images, cfg.task.seed
    if not isinstance(tolerance, int | float) or not tolerance > 0:
        raise ConfigError(f"tolerance={tolerance}: give the largest allowed difference of a probability, above 0")
    if images not in ("dataset", "random"):
        raise ConfigError(f"images={images}: choose dataset or random")
    if not isinstance(seed, int) or seed < 0:
        raise ConfigError(f"seed={seed}: give a whole number of at least 0")


def _model(cfg: DictConfig) -> tuple[Classifier, Pixels]:
    # A conversion is compared with the weights it was converted from, never with random ones.
    if cfg.model.onnx is not None or cfg.task.onnx is not None:
        return classifier_of(cfg)
    return model_or_random(cfg, "compared")


def _images(cfg: DictConfig, model: Classifier, pixels: Pixels) -> Images:
    if cfg.task.images == "random":
        return RandomImages(cfg.limit or _RANDOM_IMAGES, cfg.task.seed, model.input_shape, model.input_rms)
    dataset = dataset_of(cfg)
    check_channels(model, dataset)
    views = view_maker_of(cfg, pixels, model.input_shape[0])
    return DatasetImages(dataset, views, cfg.workers or available_cores())
