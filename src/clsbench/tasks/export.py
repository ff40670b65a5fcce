"""``task=export``: a network as BVLC-dialect prototxt and as ONNX, tracked as a run."""

import logging
import shutil
from pathlib import Path

from omegaconf import DictConfig

from clsbench.caffe.macs import macs
from clsbench.cells.cell import export_cell
from clsbench.composition.calibration import images_to_calibrate
from clsbench.composition.images import view_maker_of
from clsbench.composition.quantisation import quantised_on
from clsbench.composition.random_fallback import model_or_random
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels
from clsbench.composition.surroundings import tracker_of
from clsbench.console.result import show_file, show_run
from clsbench.engines.onnxruntime.half import write_half
from clsbench.errors import ConfigError
from clsbench.model.model import Model
from clsbench.model.quantised import Quantised
from clsbench.onnx_export.export import export_onnx
from clsbench.sweeps.outcome import FINISHED, Outcome

log = logging.getLogger(__name__)

_PRECISIONS = ("fp32", "fp16", "int8")


def export(cfg: DictConfig, folder: Path) -> Outcome:
    """Writes both files into ``task.output``. The run stores the prototxt and only names the ONNX file."""
    check_counts(cfg)
    with config_errors():
        tracker = tracker_of(cfg)
        if cfg.precision not in _PRECISIONS:
            raise ConfigError(f"task=export precision={cfg.precision}: choose one of {', '.join(_PRECISIONS)}")
        model, pixels = model_or_random(cfg, "exported")
        quantised = _quantised(cfg, model, pixels) if cfg.precision == "int8" else None
    target = Path(cfg.task.output).expanduser()
    target.mkdir(parents=True, exist_ok=True)
    name = f"{model.name}-{pixels.crop_size}"
    prototxt = target / f"{name}.prototxt"
    precision = "" if cfg.precision == "fp32" else f"-{cfg.precision}"
    onnx = target / f"{name}{'' if model.weights else '-random-weights'}{precision}.onnx"
    cell = export_cell(cfg, quantised or model, pixels)
    with tracker.run(cell, folder / "clsbench.log") as tracked:
        for path in (prototxt, folder / "network.prototxt"):
            path.write_text(model.bvlc_text, encoding="utf-8")
        _write(quantised or model, onnx, cfg.precision)
        tracked.metrics({"parameters": model.parameters, "macs": macs(model.net)})
        tracked.artifacts(folder)
        for path in (prototxt, onnx):
            show_file(path)
        show_run(tracked, tracker.uri, folder)
    return Outcome(FINISHED, cell.name, tracked.run_id)


def _quantised(cfg: DictConfig, model: Model, pixels: Pixels) -> Quantised:
    model.check()
    return quantised_on(cfg, model, images_to_calibrate(cfg), view_maker_of(cfg, pixels, model.input_shape[0]))


def _write(network: Model | Quantised, path: Path, precision: str) -> None:
    if isinstance(network, Quantised):
        shutil.copyfile(network.onnx(), path)
    elif precision == "fp16":
        write_half(network.onnx(), path)
    else:
        export_onnx(network.weighted, path)
