"""The command line before Hydra reads it: what a user leaves out or calls by another name."""

from collections.abc import Sequence
from pathlib import Path

from clsbench.zoo.command_line import with_model_names

_CAFFE_FILES = ("model.prototxt=", "model.weights=")


def completed(arguments: Sequence[str], models: Path) -> list[str]:
    """``arguments`` with aliases replaced, and ``model=custom`` where files are given but no model.

    ``models`` is conf/model. Both of Caffe's files are needed: one alone belongs to a model of conf/model, by default
    the demo's. An ONNX file is a network by itself.
    """
    named = any(argument.startswith(("model=", "+model=", "experiment=", "+experiment=")) for argument in arguments)
    caffe = all(any(argument.startswith(key) for argument in arguments) for key in _CAFFE_FILES)
    own = caffe or any(argument.startswith("model.onnx=") for argument in arguments)
    return with_model_names([*arguments, *(["model=custom"] if own and not named else [])], models)
