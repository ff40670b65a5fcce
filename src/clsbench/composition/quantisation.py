"""``precision=int8``: the quantised network, and the images on which its ranges are measured."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from omegaconf import DictConfig

from clsbench.composition.calibration import CalibrationSet, calibration_set, images_to_calibrate
from clsbench.composition.network import cache_of
from clsbench.console.result import show_line
from clsbench.data.calibration import CalibrationImages, CalibrationNoise
from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.dataset import Dataset
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import Engine
from clsbench.engines.onnx_file import is_quantised
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.engines.onnxruntime.quantise import quantise, quantiser_version
from clsbench.engines.openvino import OpenVino
from clsbench.engines.openvino.quantise import nncf_version
from clsbench.engines.openvino.quantise import quantise as nncf_quantise
from clsbench.engines.quantisation import Quantisation
from clsbench.errors import ConfigError
from clsbench.evaluation.memory import forget_peak
from clsbench.model.classifier import Classifier
from clsbench.model.model import Model
from clsbench.model.onnx_model import OnnxModel
from clsbench.model.quantised import Quantised, Views

log = logging.getLogger(__name__)

INT8 = "int8"
_NOISE_VIEWS = 8
# By name: what gives its version, or the reason why it cannot, and what quantises.
_TOOLS = {"onnxruntime": (quantiser_version, quantise), "nncf": (nncf_version, nncf_quantise)}


def quantised(
    cfg: DictConfig, engine: Engine, model: Classifier, dataset: Dataset, views: ViewMaker
) -> tuple[Classifier, Dataset]:
    """The network and images of an evaluation; with ``precision=int8``, quantised and without the calibration images.

    Raises ConfigError if no image would be left, or a setting is wrong. Nothing is quantised yet.
    """
    if not needs_quantising(cfg, engine, model):
        _say_what_is_quantised(cfg, model)
        return model, dataset
    # With exact=true the answers are those of fp32, so an image that calibrates is as good as any other.
    chosen = images_to_calibrate(cfg, dataset) if cfg.exact else calibration_set(cfg, dataset)
    return quantised_on(cfg, model, chosen, views), dataset if cfg.exact else chosen.dataset


def _say_what_is_quantised(cfg: DictConfig, model: Classifier) -> None:
    if isinstance(model, OnnxModel) and cfg.engine.precision != INT8 and is_quantised(model.weights):
        log.warning("model.onnx=%s: it is quantised; set precision=int8 to record that in the run", model.weights)


def prepare(model: Classifier) -> None:
    """Quantises now if needed, so that it affects neither the clock nor the peak memory of what follows."""
    if isinstance(model, Quantised):
        model.onnx()
        forget_peak()


def needs_quantising(cfg: DictConfig, engine: Engine, model: Classifier) -> bool:
    """Whether the engine computes in int8, and the network is not a file that the user has quantised."""
    # engine=scores and engine=command have a precision named by the user
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


def _quantised(
    cfg: DictConfig, model: Classifier, views: Views, on: tuple[str, str], warnings: tuple[str, ...] = ()
) -> Quantised:
    settings, (images, digest) = settings_of(cfg), on
    _check_layers(settings.exclude, model)
    tool = tool_of(cfg)
    made_by = {"tool": tool, "version": _TOOLS[tool][0](settings)}
    without = f", {', '.join(settings.in_fp32)} in fp32" if settings.in_fp32 else ""
    return Quantised(
        fp32=model,
        views=views,
        quantise=lambda source, target: _TOOLS[tool][1](source, target, views, settings),
        identity={"calibration": digest, **made_by, **settings.identity},
        said=f"{settings.said}, {images}",
        quantised_by=f"{tool}{without}",
        cache=cache_of(cfg),
        notify=show_line,
        warnings=warnings,
    )


def _check_layers(exclude: Sequence[str], model: Classifier) -> None:
    """Raises ConfigError if one is not a layer of Caffe's network.

    For an ONNX file, and for layers that are folded, the error is raised when the file is quantised.
    """
    if not isinstance(model, Model):
        return
    names = [layer.name for layer in model.net.layers]
    for each in exclude:
        if not any(name == each or name.startswith(f"{each}/") for name in names):
            near = get_close_matches(each, names, 3, 0.3) or names[:3]
            raise ConfigError(
                f"quantisation.exclude={each}: {model.name} has no such layer; nearest: {', '.join(near)}"
            )


def tool_of(cfg: DictConfig) -> str:
    """The quantiser: ``quantisation.tool``, or else the engine's own. Raises ConfigError."""
    tool = cfg.quantisation.tool
    if tool is None:
        return "nncf" if str(cfg.engine.get("_target_")).endswith(".OpenVino") else "onnxruntime"
    if tool not in _TOOLS:
        raise ConfigError(f"quantisation.tool={tool}: choose one of {', '.join(_TOOLS)}, or null for the engine's own")
    return str(tool)


def settings_of(cfg: DictConfig) -> Quantisation:
    """The configured quantisation settings. Raises ConfigError."""
    exclude = cfg.quantisation.exclude
    return Quantisation(
        method=cfg.calibration.method,
        percentile=float(cfg.calibration.percentile),
        exclude=tuple(str(layer) for layer in exclude),
        exclude_first=cfg.quantisation.exclude_first,
        exclude_last=cfg.quantisation.exclude_last,
    )
