"""The job of the measuring process: an engine, a network's files, and a plan, as one line of JSON."""

import json
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from clsbench.engines.engine import Engine, Network
from clsbench.timing.plan import Plan


@dataclass(frozen=True)
class NetworkFiles:
    """A network whose files already exist; a file that its engine does not read is None."""

    input_shape: tuple[int, int, int]
    output: str
    classes: int
    onnx_file: str | None
    prototxt_file: str | None
    caffemodel_file: str | None

    def onnx(self) -> Path:
        """The ONNX file."""
        assert self.onnx_file
        return Path(self.onnx_file)

    def prototxt(self) -> Path:
        """The prototxt in BVLC's dialect."""
        assert self.prototxt_file
        return Path(self.prototxt_file)

    def caffemodel(self) -> Path:
        """Its weights."""
        assert self.caffemodel_file
        return Path(self.caffemodel_file)


@dataclass(frozen=True)
class Job:
    """``input_rms`` is the root mean square of the random images, with ``batch`` views per call."""

    engine: Engine
    network: Network
    plan: Plan
    batch: int
    input_rms: float

    def to_line(self) -> str:
        """One line; the engine must be a dataclass of plain values, its network NetworkFiles."""
        kind = type(self.engine)
        return json.dumps(
            {
                "engine": [kind.__module__, kind.__qualname__, asdict(cast(Any, self.engine))],
                "network": asdict(cast(Any, self.network)),
                "plan": asdict(self.plan),
                "batch": self.batch,
                "input_rms": self.input_rms,
            }
        )


def job_of(line: str) -> Job:
    """The job that ``to_line`` wrote."""
    content = json.loads(line)
    module, name, settings = content["engine"]
    network = content["network"]
    network["input_shape"] = tuple(network["input_shape"])
    assert set(network) == {each.name for each in fields(NetworkFiles)}
    return Job(
        engine=getattr(import_module(module), name)(**settings),
        network=NetworkFiles(**network),
        plan=Plan(**content["plan"]),
        batch=content["batch"],
        input_rms=content["input_rms"],
    )


def files_of(network: Network, *, for_caffe: bool) -> NetworkFiles:
    """``network`` with the files that its engine reads: prototxt and caffemodel, or ONNX."""
    return NetworkFiles(
        input_shape=network.input_shape,
        output=network.output,
        classes=network.classes,
        onnx_file=None if for_caffe else str(network.onnx().absolute()),
        prototxt_file=str(network.prototxt().absolute()) if for_caffe else None,
        caffemodel_file=str(network.caffemodel().absolute()) if for_caffe else None,
    )
