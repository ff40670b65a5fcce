"""The network of a run in the form of MLflow's models: with the weights' source and size."""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig

from clsbench.caffe.macs import macs
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.command.engine import Command
from clsbench.engines.engine import Engine
from clsbench.engines.given.engine import Scores
from clsbench.model.classifier import Classifier
from clsbench.model.model import Model
from clsbench.model.onnx_model import OnnxModel
from clsbench.model.quantised import Quantised
from clsbench.tracking.tracker import Network

_MIB = 2**20


def network_of(cfg: DictConfig, model: Classifier) -> Network | None:
    """The network of all runs with these weights; None for random ones, whose results belong to no network."""
    if model.weights is None:
        return None
    if isinstance(model, Quantised):
        return _int8_network(cfg, model)
    params = {
        "weights": model.weights.name,
        "weights_sha256": model.weights_sha256,
        "source": str(cfg.model.sidecar.get("source") or cfg.model.provenance.get("link") or model.weights),
        "classes": str(model.classes),
    }
    if isinstance(model, Model):
        height, width = model.input_shape[1:]
        params |= {"parameters": str(model.parameters), f"macs_{height}x{width}": str(macs(model.net))}
    return Network(model.name, f"{model.name} {model.weights_sha256}".replace("'", ""), params)


def _int8_network(cfg: DictConfig, model: Quantised) -> Network | None:
    """A separate network, so that its results are not mixed with those in fp32."""
    known = network_of(cfg, model.fp32)
    return known and Network(f"{known.name}-int8", f"{known.key} int8", known.params)


def file_size(engine: Engine, model: Classifier) -> dict[str, float]:
    """The metric ``network_mib`` of what the engine reads, including all files of an ONNX network; nothing if none."""
    if isinstance(engine, Caffe):
        paths: Sequence[Path] = (model.caffemodel(),)
    elif isinstance(engine, Command | Scores):
        return {}
    else:
        paths = model.facts.weight_files if isinstance(model, OnnxModel) else (model.onnx(),)
    return {"network_mib": round(sum(path.stat().st_size for path in paths) / _MIB, 3)}
