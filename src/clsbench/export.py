"""``task=export``: a network as BVLC-dialect prototxt and as ONNX, kept as a run."""

import logging
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.caffe.macs import macs
from clsbench.cell import export_cell
from clsbench.console.result import show_file, show_run
from clsbench.errors import WeightsError
from clsbench.model.model import Model
from clsbench.model.weights_file import RANDOM
from clsbench.onnx_export.export import export_onnx
from clsbench.parts import Pixels, check_counts, config_errors, model_of, net_of, pixels_of, tracker_of

log = logging.getLogger(__name__)


def export(cfg: DictConfig, folder: Path) -> None:
    """Writes both files into ``task.output``; the run keeps the prototxt, the ONNX file is only named."""
    check_counts(cfg)
    with config_errors():
        tracker = tracker_of(cfg)
        model, pixels = _model(cfg)
    target = Path(cfg.task.output).expanduser()
    target.mkdir(parents=True, exist_ok=True)
    prototxt = target / f"{model.name}-{pixels.crop_size}.prototxt"
    onnx = target / f"{model.name}-{pixels.crop_size}{'' if model.weights else '-random-weights'}.onnx"
    with tracker.run(export_cell(cfg, model, pixels), folder / "clsbench.log") as tracked:
        for path in (prototxt, folder / "network.prototxt"):
            path.write_text(model.bvlc_text, encoding="utf-8")
        export_onnx(model.weighted, onnx)
        tracked.metrics({"parameters": model.parameters, "macs": macs(model.net)})
        tracked.artifacts(folder)
        for path in (prototxt, onnx):
            show_file(path)
        show_run(tracked.run_id, tracker.uri, folder)


def _model(cfg: DictConfig) -> tuple[Model, Pixels]:
    """The model; a zoo network whose weights file is not there, and was not asked for by name, gets random weights."""
    net = net_of(cfg)
    pixels = pixels_of(cfg, net)
    try:
        return model_of(cfg, net, pixels.crop_size), pixels
    except WeightsError as error:
        asked = any(each.startswith("model.weights=") for each in HydraConfig.get().overrides.task)
        if cfg.model.net is None or asked:
            raise
        log.warning("%s; exported with random weights", str(error).partition("\n")[0].partition(":")[0])
        cfg.model.weights = RANDOM
        return model_of(cfg, net, pixels.crop_size), pixels
