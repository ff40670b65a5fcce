"""``task=export``: a network as BVLC-dialect prototxt and as ONNX, kept as a run."""

import logging
from pathlib import Path

from omegaconf import DictConfig

from clsbench.caffe.macs import macs
from clsbench.cells.cell import export_cell
from clsbench.composition.random_fallback import model_or_random
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.surroundings import tracker_of
from clsbench.console.result import show_file, show_run
from clsbench.onnx_export.export import export_onnx
from clsbench.sweeps.outcome import FINISHED, Outcome

log = logging.getLogger(__name__)


def export(cfg: DictConfig, folder: Path) -> Outcome:
    """Writes both files into ``task.output``; the run keeps the prototxt, the ONNX file is only named."""
    check_counts(cfg)
    with config_errors():
        tracker = tracker_of(cfg)
        model, pixels = model_or_random(cfg, "exported")
    target = Path(cfg.task.output).expanduser()
    target.mkdir(parents=True, exist_ok=True)
    prototxt = target / f"{model.name}-{pixels.crop_size}.prototxt"
    onnx = target / f"{model.name}-{pixels.crop_size}{'' if model.weights else '-random-weights'}.onnx"
    cell = export_cell(cfg, model, pixels)
    with tracker.run(cell, folder / "clsbench.log") as tracked:
        for path in (prototxt, folder / "network.prototxt"):
            path.write_text(model.bvlc_text, encoding="utf-8")
        export_onnx(model.weighted, onnx)
        tracked.metrics({"parameters": model.parameters, "macs": macs(model.net)})
        tracked.artifacts(folder)
        for path in (prototxt, onnx):
            show_file(path)
        show_run(tracked, tracker.uri, folder)
    return Outcome(FINISHED, cell.name, tracked.run_id)
