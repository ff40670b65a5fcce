"""``precision=int8``: the network quantised, and the images that its ranges are measured on."""

import logging
from dataclasses import dataclass, replace

from omegaconf import DictConfig

from clsbench.composition.network import cache_of
from clsbench.data.calibration import CalibrationImages, CalibrationNoise
from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.dataset import Dataset
from clsbench.data.datasets.disk import existing_path
from clsbench.data.datasets.image_files import files_of, image_files
from clsbench.data.datasets.part import part_of
from clsbench.data.datasets.sampled import sampled
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import Engine
from clsbench.engines.onnx_file import is_quantised
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.engines.onnxruntime.quantise import quantise, quantiser_version
from clsbench.engines.quantisation import Quantisation
from clsbench.errors import ConfigError
from clsbench.evaluation.memory import forget_peak
from clsbench.model.classifier import Classifier
from clsbench.model.onnx_model import OnnxModel
from clsbench.model.quantised import Quantised, Views

log = logging.getLogger(__name__)

INT8 = "int8"
_NOISE_VIEWS = 8


@dataclass(frozen=True)
class CalibrationSet:
    """``images``, and what is left of the evaluated ``dataset``; ``warnings`` are for a reader of the result."""

    images: Dataset
    dataset: Dataset
    warnings: tuple[str, ...] = ()


def quantised(
    cfg: DictConfig, engine: Engine, model: Classifier, dataset: Dataset, views: ViewMaker
) -> tuple[Classifier, Dataset]:
    """The network and the images of an evaluation; with ``precision=int8`` quantised, less those of the calibration.

    Raises ConfigError where no image would be left, or a setting is wrong. Nothing is quantised yet.
    """
    if not needs_quantising(cfg, engine, model):
        return model, dataset
    chosen = calibration_set(cfg, dataset)
    return quantised_on(cfg, model, chosen, views), chosen.dataset


def prepare(model: Classifier) -> None:
    """Quantises what is to be, so that neither the clock nor the peak of memory of what follows has it."""
    if isinstance(model, Quantised):
        model.onnx()
        forget_peak()


def needs_quantising(cfg: DictConfig, engine: Engine, model: Classifier) -> bool:
    """Whether the engine computes in int8, and the network is not the user's own quantised file."""
    # engine=scores and engine=command have a precision in the user's own words
    if cfg.engine.precision != INT8 or not isinstance(engine, OnnxRuntime):
        return False
    return not (isinstance(model, OnnxModel) and is_quantised(model.weights))


def quantised_on(cfg: DictConfig, model: Classifier, chosen: CalibrationSet, views: ViewMaker) -> Quantised:
    """The network, its ranges measured on the centre crop of each image."""
    centre = replace(views, crop=SingleCrop(views.crop.crop_size, views.crop.base_size))
    images = CalibrationImages(chosen.images, centre, cfg.workers or available_cores())
    said = f"{len(chosen.images.samples)} images of {chosen.images.name}"
    for warning in chosen.warnings:
        log.warning("%s: %s", model.name, warning)
    return _quantised(cfg, model, images, (said, chosen.images.digest), chosen.warnings)


def quantised_on_noise(cfg: DictConfig, model: Classifier) -> Quantised:
    """The network for a timing, which needs no images: its ranges are those of noise."""
    noise = CalibrationNoise(_NOISE_VIEWS, model.input_shape, model.input_rms)
    return _quantised(cfg, model, noise, ("noise", noise.digest))


def calibration_set(cfg: DictConfig, dataset: Dataset, *, leave_out: bool = True) -> CalibrationSet:
    """The images of ``calibration.list``, or else the dataset's own first ones. Raises ConfigError or DataError.

    With ``leave_out`` the dataset's own are no longer evaluated.
    """
    count = cfg.calibration.images
    if count < 1:
        raise ConfigError(f"calibration.images={count}: give at least 1")
    if cfg.calibration.root is not None or cfg.calibration.list is not None:
        return _listed(cfg, dataset, count)
    total = len(dataset.samples)
    if not leave_out:
        return CalibrationSet(part_of(dataset, range(min(count, total))), dataset)
    if count >= total:
        raise ConfigError(
            f"calibration.images={count}: the first {count} of {dataset.name}'s {total} images would calibrate, and "
            "none be left to evaluate; give fewer, or other images as calibration.root=FOLDER calibration.list=FILE"
        )
    own = part_of(dataset, range(count))
    warning = f"calibrated on the dataset's own first {count} images, which are left out of the error"
    return CalibrationSet(own, part_of(dataset, range(count, total)), (warning + _of_few_classes(own, dataset),))


def _of_few_classes(part: Dataset, whole: Dataset) -> str:
    seen, known = ({sample.label for sample in each.samples} for each in (part, whole))
    few = min(len(part.samples), len(known)) / 2
    return "" if len(seen) > few else f"; they are of {len(seen)} of its {len(known)} classes"


def _listed(cfg: DictConfig, dataset: Dataset, count: int) -> CalibrationSet:
    root = existing_path(cfg.calibration.root, "calibration.root")
    listed = image_files(root, existing_path(cfg.calibration.list, "calibration.list"), "calibration.list")
    images = sampled(listed, count, cfg.seed) if count < len(listed.samples) else listed
    shared = len(set(files_of(images)) & set(files_of(dataset)))
    warnings = [f"{shared} of the images that it is calibrated on are evaluated as well"] if shared else []
    return CalibrationSet(images, dataset, tuple(warnings))


def _quantised(
    cfg: DictConfig, model: Classifier, views: Views, on: tuple[str, str], warnings: tuple[str, ...] = ()
) -> Quantised:
    settings, (images, digest) = settings_of(cfg), on
    made_by = {"tool": "onnxruntime", "version": quantiser_version()}
    return Quantised(
        fp32=model,
        views=views,
        quantise=lambda source, target: quantise(source, target, views, settings),
        identity={"calibration": digest, **made_by, **settings.identity},
        said=f"{settings.method}, {images}",
        cache=cache_of(cfg),
        warnings=warnings,
    )


def settings_of(cfg: DictConfig) -> Quantisation:
    """How the configuration has it quantised. Raises ConfigError."""
    exclude = cfg.quantisation.exclude
    return Quantisation(
        method=cfg.calibration.method,
        percentile=float(cfg.calibration.percentile),
        exclude=tuple(str(layer) for layer in exclude),
        exclude_first=cfg.quantisation.exclude_first,
        exclude_last=cfg.quantisation.exclude_last,
    )
