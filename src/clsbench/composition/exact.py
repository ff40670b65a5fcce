"""``exact=true``: the fp32 engine and network that a low-precision evaluation needs in addition to its own."""

from dataclasses import asdict, dataclass

from omegaconf import DictConfig

from clsbench.composition.engine_settings import chosen_engine
from clsbench.composition.surroundings import engine_of
from clsbench.engines.command.engine import Command
from clsbench.engines.engine import Engine
from clsbench.engines.given.engine import Scores
from clsbench.engines.onnx_file import is_quantised
from clsbench.errors import ConfigError
from clsbench.evaluation.exactness import Exactness
from clsbench.model.classifier import Classifier
from clsbench.model.onnx_model import OnnxModel

FP32 = "fp32"


@dataclass(frozen=True)
class InFp32:
    """What scores again, and how the images are chosen."""

    engine: Engine
    model: Classifier
    settings: Exactness


def check_exact(cfg: DictConfig) -> None:
    """Raises ConfigError if ``exact`` is meaningless for the task or the precision."""
    if not cfg.exact:
        return
    task, planned = cfg.task.name, cfg.planned_task
    if task in ("time", "export", "agree", "inputs") or (task == "plan" and planned == "time"):
        said = f"planned_task={planned}" if task == "plan" else f"task={task}"
        raise ConfigError(f"{said} exact=true: only an evaluation scores images again; leave out exact")
    precision = cfg.engine.get("precision")
    if precision == FP32:
        raise ConfigError(
            "precision=fp32 exact=true: there is nothing to do, because exact=true gives fp32's answers; choose a "
            "lower precision, such as precision=bf16 (docs/precision.md)"
        )
    if precision is None:
        raise ConfigError(
            f"engine={chosen_engine()} exact=true: this engine has no precision to choose; leave out exact"
        )


def exact_of(cfg: DictConfig, engine: Engine, model: Classifier) -> InFp32 | None:
    """The second engine and network of an evaluation, not yet opened; None without ``exact``. Raises ConfigError."""
    if not cfg.exact:
        return None
    if isinstance(engine, Command | Scores):
        raise ConfigError(
            f"engine={chosen_engine()} exact=true: its precision is only a name that you chose, and it cannot score "
            "images again in fp32; leave out exact"
        )
    if isinstance(model, OnnxModel) and is_quantised(model.weights):
        raise ConfigError(
            f"model.onnx={model.weights} exact=true: it is quantised already, and fp32 needs the original network; "
            "give the ONNX file in fp32"
        )
    in_fp32 = cfg.copy()
    in_fp32.engine.precision = FP32
    return InFp32(engine_of(in_fp32), model, _settings(cfg))


def exact_identity(cfg: DictConfig) -> dict[str, object]:
    """The part that goes into a fingerprint; nothing without ``exact``."""
    return {"exact": asdict(_settings(cfg))} if cfg.exact else {}


def rescoring_text(cfg: DictConfig) -> str:
    """The settings, as a param."""
    settings = _settings(cfg)
    return f"factor {settings.factor:g}, {settings.images} calibrate, {settings.check} checked, seed {settings.seed}"


def answers_in_fp32(cfg: DictConfig) -> None:
    """Changes the configuration to fp32, whose answers ``exact`` has, for tasks that inspect them in another way."""
    if cfg.exact:
        cfg.exact, cfg.precision, cfg.engine.precision = False, FP32, FP32


def _settings(cfg: DictConfig) -> Exactness:
    given = cfg.rescoring
    return Exactness(given.images, given.factor, given.check, cfg.seed)
