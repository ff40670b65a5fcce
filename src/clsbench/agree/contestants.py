"""The contestants: the network on each named engine, and a converted ONNX file beside it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from omegaconf import DictConfig

from clsbench.composition.engine_settings import engine_settings
from clsbench.composition.model_files import take_batch_of
from clsbench.composition.parts import check_engine
from clsbench.composition.surroundings import engine_of
from clsbench.config import CONF
from clsbench.engines.engine import Engine, Predictor
from clsbench.errors import ConfigError
from clsbench.model.classifier import Classifier
from clsbench.model.onnx_facts import read_onnx_facts
from clsbench.model.onnx_model import OnnxModel

CONVERTED = "onnx"
_RUNS_CONVERTED = "onnxruntime"
_REFERENCE = "caffe"


@dataclass(frozen=True)
class Contestant:
    """``label`` names it in metrics: the engine's name, "onnx" for the converted file."""

    label: str
    engine: Engine
    network: Classifier


def contestants_of(cfg: DictConfig, model: Classifier) -> tuple[Contestant, ...]:
    """The reference first: Caffe if it is among them, else the first one named. Raises ConfigError."""
    names = _names(cfg)
    found = [Contestant(name, _engine(cfg, name), model) for name in names]
    if cfg.task.onnx is not None:
        found.append(_converted(cfg, model))
    if len(found) < 2:
        raise ConfigError(f"engines={','.join(names)}: give at least two engines, or a converted network as onnx=FILE")
    for each in found:
        check_engine(each.engine, each.network)
        each.network.check()
    return tuple(sorted(found, key=lambda each: each.label != _REFERENCE))


@contextmanager
def opened(contestants: Sequence[Contestant]) -> Iterator[Mapping[str, Predictor]]:
    """Their predictors by label, all ready at once. Raises MissingEngineError before any of them has run."""
    with ExitStack() as stack:
        yield {each.label: stack.enter_context(each.engine.open(each.network)) for each in contestants}


def _names(cfg: DictConfig) -> list[str]:
    known = sorted(path.stem for path in (CONF / "engine").glob("*.yaml"))
    names = [str(name) for name in cfg.task.engines or ()]
    wrong = [name for name in names if name not in known]
    if wrong or not names or len(set(names)) < len(names):
        raise ConfigError(f"engines={','.join(names)}: name each engine once; choose from {', '.join(known)}")
    return names


def _engine(cfg: DictConfig, name: str) -> Engine:
    """The engine with its settings: ``engines.NAME.KEY``, and ``engine.KEY`` if it is the chosen engine."""
    own = deepcopy(cfg)
    own.engine = engine_settings(own, name)
    # Several engines run side by side: one thread and one copy of the weights each, because idle threads would spin.
    for key in ("streams", "threads"):
        if key in own.engine and own.engine[key] is None:
            own.engine[key] = 1
    return engine_of(own)


def _converted(cfg: DictConfig, model: Classifier) -> Contestant:
    own = deepcopy(cfg)
    network = converted_network(own, model)
    return Contestant(CONVERTED, _engine(own, _RUNS_CONVERTED), network)


def converted_network(cfg: DictConfig, model: Classifier) -> OnnxModel:
    """The converted file, which may set ``batch_size`` to 1. Raises ConfigError if it does not match ``model``."""
    path = Path(cfg.task.onnx).expanduser().absolute()
    facts = read_onnx_facts(path, cfg.task.onnx_output)
    take_batch_of(path, facts, cfg)
    channels, *size = model.input_shape
    network = OnnxModel(path.stem, path, facts, (size[0], size[1]), model.input_rms)
    for what, given, expected in (
        ("channels", facts.channels, channels),
        ("classes", facts.classes, model.classes),
    ):
        if given != expected:
            raise ConfigError(
                f"onnx={path}: it has {given} {what}, {model.name} has {expected}; is it the same network?"
            )
    return network
