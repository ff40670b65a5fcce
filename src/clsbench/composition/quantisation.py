"""``precision=int8``: the network quantised, and the images that its ranges are measured on."""

import logging
from dataclasses import dataclass, replace

from omegaconf import DictConfig

from clsbench.composition.images import dataset_of
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
from clsbench.engines.openvino import OpenVino
from clsbench.engines.openvino.quantise import nncf_version
from clsbench.engines.openvino.quantise import quantise as nncf_quantise
from clsbench.engines.quantisation import Quantisation
from clsbench.errors import ClsbenchError, ConfigError
from clsbench.evaluation.memory import forget_peak
from clsbench.model.classifier import Classifier
from clsbench.model.onnx_model import OnnxModel
from clsbench.model.quantised import Quantised, Views

log = logging.getLogger(__name__)

INT8 = "int8"
_NOISE_VIEWS = 8
# By name: what says its version, or why it cannot, and what quantises.
_TOOLS = {"onnxruntime": (quantiser_version, quantise), "nncf": (nncf_version, nncf_quantise)}


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
    if cfg.engine.precision != INT8 or not isinstance(engine, OnnxRuntime | OpenVino):
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


def calibration_set(cfg: DictConfig, dataset: Dataset) -> CalibrationSet:
    """The images of ``calibration.list``, or else the dataset's own first ones, which are then no longer evaluated.

    Raises ConfigError or DataError.
    """
    count = _count(cfg)
    if _is_listed(cfg):
        images = _listed(cfg, count)
        shared = len(set(files_of(images)) & set(files_of(dataset)))
        warning = f"{shared} of the images that it is calibrated on are evaluated as well"
        return CalibrationSet(images, dataset, (warning,) if shared else ())
    total = len(dataset.samples)
    if count >= total:
        raise ConfigError(
            f"calibration.images={count}: the first {count} of {dataset.name}'s {total} images would calibrate, and "
            "none be left to evaluate; give fewer, or other images as calibration.root=FOLDER calibration.list=FILE"
        )
    own = part_of(dataset, range(count))
    warning = f"calibrated on the dataset's own first {count} images, which are left out of the error"
    return CalibrationSet(own, part_of(dataset, range(count, total)), (warning + _of_few_classes(own, dataset),))


def images_to_calibrate(cfg: DictConfig) -> CalibrationSet:
    """Those of an export, where nothing is evaluated: of ``calibration.list``, or else the dataset's first ones."""
    count = _count(cfg)
    if _is_listed(cfg):
        images: Dataset = _listed(cfg, count)
    else:
        whole = _dataset(cfg)
        images = part_of(whole, range(min(count, len(whole.samples))))
    return CalibrationSet(images, images)


def _dataset(cfg: DictConfig) -> Dataset:
    try:
        return dataset_of(cfg)
    except ClsbenchError as error:
        raise ConfigError(
            f"precision=int8 measures ranges on images, and {error}; or give calibration.root=FOLDER "
            "calibration.list=FILE"
        ) from error


def _count(cfg: DictConfig) -> int:
    count = int(cfg.calibration.images)
    if count < 1:
        raise ConfigError(f"calibration.images={count}: give at least 1")
    return count


def _is_listed(cfg: DictConfig) -> bool:
    return cfg.calibration.root is not None or cfg.calibration.list is not None


def _of_few_classes(part: Dataset, whole: Dataset) -> str:
    seen, known = ({sample.label for sample in each.samples} for each in (part, whole))
    few = min(len(part.samples), len(known)) / 2
    return "" if len(seen) > few else f"; they are of {len(seen)} of its {len(known)} classes"


def _listed(cfg: DictConfig, count: int) -> Dataset:
    root = existing_path(cfg.calibration.root, "calibration.root")
    listed = image_files(root, existing_path(cfg.calibration.list, "calibration.list"), "calibration.list")
    return sampled(listed, count, cfg.seed) if count < len(listed.samples) else listed


def _quantised(
    cfg: DictConfig, model: Classifier, views: Views, on: tuple[str, str], warnings: tuple[str, ...] = ()
) -> Quantised:
    settings, (images, digest) = settings_of(cfg), on
    tool = tool_of(cfg)
    made_by = {"tool": tool, "version": _TOOLS[tool][0](settings)}
    without = f", {', '.join(settings.in_fp32)} in fp32" if settings.in_fp32 else ""
    return Quantised(
        fp32=model,
        views=views,
        quantise=lambda source, target: _TOOLS[tool][1](source, target, views, settings),
        identity={"calibration": digest, **made_by, **settings.identity},
        said=f"{settings.method} by {tool}, {images}{without}",
        cache=cache_of(cfg),
        warnings=warnings,
    )


def tool_of(cfg: DictConfig) -> str:
    """What quantises: ``quantisation.tool``, or else the engine's own. Raises ConfigError."""
    tool = cfg.quantisation.tool
    if tool is None:
        return "nncf" if str(cfg.engine.get("_target_")).endswith(".OpenVino") else "onnxruntime"
    if tool not in _TOOLS:
        raise ConfigError(f"quantisation.tool={tool}: choose one of {', '.join(_TOOLS)}, or null for the engine's own")
    return str(tool)


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
