"""The command line before Hydra reads it: what a user may omit or call by another name."""

import re
from collections.abc import Sequence
from pathlib import Path

from omegaconf import OmegaConf

from clsbench.zoo.command_line import with_model_names

_GRIDS = "hydra.sweeper.grids"
_CAFFE_FILES = ("model.prototxt=", "model.weights=")
_SEVERAL_GPUS = re.compile(r"(\+*device=)(cuda:\d+(?:,\d+)+)")


def completed(arguments: Sequence[str], models: Path) -> list[str]:
    """``arguments`` with aliases replaced, and with ``model=custom`` if files are given but no model.

    ``models`` is conf/model. Both of Caffe's files are needed: a single one belongs to a model of conf/model, by
    default the demo's. An ONNX file is a network by itself.
    """
    named = any(
        argument.startswith(("model=", "+model=")) or _chooses_model(argument, models) for argument in arguments
    )
    caffe = all(any(argument.startswith(key) for argument in arguments) for key in _CAFFE_FILES)
    own = caffe or any(argument.startswith("model.onnx=") for argument in arguments)
    given = [*arguments, *(["model=custom"] if own and not named else [])]
    return with_model_names(_last_options(_quoted(given), models.parent), models)


def with_help_of(command: str, arguments: Sequence[str]) -> list[str]:
    """``arguments``; if they ask for help, with the page of that command: conf/hydra/help has one for each."""
    asks = any(each in ("-h", "--help") for each in arguments)
    return [*arguments, f"hydra/help={command}"] if asks else list(arguments)


def _quoted(arguments: Sequence[str]) -> list[str]:
    """``device=cuda:0,1`` is one device, not a sweep over "cuda:0" and "1"."""
    return [_SEVERAL_GPUS.sub(r"\1'\2'", each) if _SEVERAL_GPUS.fullmatch(each) else each for each in arguments]


def _chooses_model(argument: str, models: Path) -> bool:
    """Whether it is an experiment with its own model; one that sweeps over models gives way to the user's files."""
    key, _, name = argument.lstrip("+").partition("=")
    if key != "experiment":
        return False
    file = models.parent / "experiment" / f"{name}.yaml"
    if not file.is_file():
        return True
    experiment = OmegaConf.load(file)
    grids = [OmegaConf.select(experiment, "hydra.sweeper.params"), *(OmegaConf.select(experiment, _GRIDS) or ())]
    return not any("model" in grid for grid in grids if grid is not None)


def _last_options(arguments: Sequence[str], conf: Path) -> list[str]:
    """The last of several options of a group: Hydra takes the last value of a key, but refuses two options."""
    groups = [argument.partition("=")[0] for argument in arguments]
    return [
        argument
        for at, (argument, group) in enumerate(zip(arguments, groups, strict=True))
        if not ("=" in argument and (conf / group).is_dir() and group in groups[at + 1 :])
    ]
