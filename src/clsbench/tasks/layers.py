"""``agree precision=int8 layers=true``: a network's layers in int8 against fp32 -> which to leave in fp32."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig

from clsbench.agree.images import DatasetImages
from clsbench.agree.layer_files import write_layer_noise, write_noise_plot, write_sensitivity
from clsbench.agree.layer_noise import layer_noise, worst_layers
from clsbench.agree.layers_cell import layers_cell
from clsbench.agree.sensitivity import FP32, INT8, Sensitivity, sensitivity
from clsbench.agree.table import show_sensitivity
from clsbench.composition.parts import Parts, assembled
from clsbench.composition.quantisation import settings_of, tool_of
from clsbench.console.result import show_line, show_run
from clsbench.data.calibration import CalibrationImages
from clsbench.data.datasets.part import part_of
from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.engines.onnxruntime.quantise import quantise
from clsbench.errors import ConfigError
from clsbench.model.quantised import Quantised
from clsbench.sweeps.outcome import FINISHED, Outcome

log = logging.getLogger(__name__)

_NOISE_IMAGES = 32
_BATCH = 4  # views of which all blobs are in memory
_WORST = 10


def layers(cfg: DictConfig, folder: Path) -> Outcome:
    """Measures the noise in each layer, and the error with each of the worst restored to fp32, in one tracked run."""
    parts = assembled(cfg)
    engine, model = parts.engine, parts.model
    if not isinstance(engine, OnnxRuntime) or not isinstance(model, Quantised) or tool_of(cfg) != "onnxruntime":
        raise ConfigError(
            f"layers=true precision={cfg.precision}: for precision=int8 on engine=onnxruntime with "
            "quantisation.tool=onnxruntime, and a network that is not quantised yet"
        )
    cell = layers_cell(cfg, parts)
    with parts.tracker.run(cell, folder / "clsbench.log") as tracked:
        noise = layer_noise(model.fp32.onnx(), model.onnx(), _batches(cfg, parts, model))
        worst = [each.node for each in worst_layers(noise, _WORST, settings_of(cfg).exclude)]
        write_layer_noise(noise, folder / "layers.csv")
        write_noise_plot(noise, worst, cell.name, folder / "plots" / "layers.png")
        images = DatasetImages(parts.dataset, parts.views, cfg.workers or available_cores())
        with TemporaryDirectory(prefix="clsbench-") as made:
            variants = _variants(cfg, model, worst, Path(made))
            found = sensitivity(replace(engine, streams=1), model, variants, images)
        write_sensitivity(found, folder / "sensitivity.csv")
        overrides = _overrides(cfg, found)
        tracked.metrics({"images": found.images, "fp32_top1_error": found.error(FP32), "top1_error": found.error(INT8)})
        tracked.tags({"verdict": found.verdict, "overrides": " ".join(overrides)})
        tracked.artifacts(folder)
        show_sensitivity(f"{cell.name}: {found.images} images", noise, found)
        show_run(tracked, parts.tracker.uri, folder)
    show_line(found.verdict)
    show_line(" ".join(("overrides:", *overrides)))
    return Outcome(FINISHED, cell.name, tracked.run_id)


def _batches(cfg: DictConfig, parts: Parts, model: Quantised) -> Iterator[NDArray[np.float32]]:
    """The centre crops of the first images, a few at once: all blobs of all images would not fit in memory."""
    assert isinstance(model.views, CalibrationImages)
    first = part_of(parts.dataset, range(min(_NOISE_IMAGES, len(parts.dataset.samples))))
    views = list(CalibrationImages(first, model.views.maker, cfg.workers or available_cores()))
    for at in range(0, len(views), _BATCH):
        yield np.concatenate(views[at : at + _BATCH])


def _variants(cfg: DictConfig, model: Quantised, worst: Sequence[str], folder: Path) -> dict[str, Path]:
    """The ONNX file in fp32, in int8, and with each of the ``worst`` layers restored; the ranges are measured once."""
    settings, source = settings_of(cfg), model.fp32.onnx()
    variants = {FP32: source, INT8: model.onnx()}
    for place, layer in enumerate(worst):
        log.info("quantising with %s in fp32", layer)
        variants[layer] = folder / f"{place}.onnx"
        restored = replace(settings, exclude=(*settings.exclude, layer))
        quantise(source, variants[layer], model.views, restored, ranges=folder / "ranges.json")
    return variants


def _overrides(cfg: DictConfig, found: Sensitivity) -> list[str]:
    """The overrides that keep in fp32 each layer that, on its own, makes fewer images wrong; empty if there is none."""
    helpful = found.helpful()
    excluded = [*settings_of(cfg).exclude, *helpful]
    return [f"quantisation.exclude=[{','.join(excluded)}]"] if helpful else []
