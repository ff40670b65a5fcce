"""Real pycaffe as judge of ONNX exports: fixtures that the tests of lowering and onnx_export take over."""

import io
import os
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Blob, Layer, Net, Shape
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.shapes import infer_shapes
from clsbench.lowering.passes import FOR_BVLC, lower
from clsbench.onnx_export import export_onnx

Arrays: TypeAlias = Mapping[str, NDArray[np.float32]]

_TOLERANCE = 1e-4  # of the expected number, or of 1 where that is smaller
_SERVER = Path(__file__).with_name("pycaffe_server.py")


class Pycaffe:
    """A process with the real pycaffe; it is started again after a net that Caffe dies of."""

    def __init__(self, python: Path, log: Path) -> None:
        self._python = python
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, net: Net, inputs: Arrays) -> Arrays:
        """The outputs of ``net`` in BVLC's dialect; RuntimeError with Caffe's own message where it dies."""
        request: dict[str, Any] = {"prototxt": np.array(prototxt_text(net))}
        request |= {f"input:{name}": values for name, values in inputs.items()}
        for layer in net.layers:
            request |= {f"blob:{index}:{layer.name}": blob for index, blob in enumerate(layer.blobs)}
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        buffer = io.BytesIO()
        np.savez(buffer, **request)
        process.stdin.write(struct.pack("<q", buffer.tell()) + buffer.getvalue())
        process.stdin.flush()
        head = process.stdout.read(8)
        if len(head) < 8:
            self.close()
            raise RuntimeError(f"pycaffe died: {self._log.read_text(errors='replace')[-2000:]}")
        with np.load(io.BytesIO(process.stdout.read(*struct.unpack("<q", head)))) as archive:
            return {name: archive[name] for name in archive.files}

    def close(self) -> None:
        """Ends the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            environment = {**os.environ, "GLOG_minloglevel": "2", "OPENBLAS_NUM_THREADS": "1"}
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [self._python, _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment
                )
        return self._process


@pytest.fixture(scope="session")
def pycaffe(caffe_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pycaffe]:
    """Runs nets as they are on real pycaffe."""
    process = Pycaffe(caffe_python, tmp_path_factory.mktemp("pycaffe") / "stderr.log")
    yield process
    process.close()


def run_onnx(net: Net, inputs: Arrays, path: Path) -> Arrays:
    """The outputs of ``net`` exported to ``path``, checked, and run by ONNX Runtime."""
    export_onnx(net, path)
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(inputs)), strict=True))


def _run_opencv(inputs: Arrays, outputs: list[str], path: Path) -> Arrays:
    net = cv2.dnn.readNetFromONNX(str(path))
    for name, values in inputs.items():
        net.setInput(values, name)
    return {name: np.asarray(values) for name, values in zip(outputs, net.forward(outputs), strict=True)}


def assert_same(got: Arrays, expected: Arrays) -> None:
    """Same names, same shapes, and numbers within the tolerance; not-a-numbers and infinities in the same places."""
    assert set(got) == set(expected)
    for name, wanted in expected.items():
        assert got[name].shape == wanted.shape, name
        off = np.abs(got[name] - wanted) > _TOLERANCE * np.maximum(1.0, np.abs(wanted))
        off &= np.isfinite(wanted) | np.isfinite(got[name])
        assert not off.any(), f"{name}: {got[name][off][:5]} instead of {wanted[off][:5]}"
        np.testing.assert_array_equal(np.isfinite(got[name]), np.isfinite(wanted))


def random_inputs(net: Net, seed: int) -> Arrays:
    """Normally distributed numbers for every input."""
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in net.inputs.items()}


def _with_blobs(net: Net, seed: int) -> Net:
    """``net`` with random weights that keep numbers at a sane size, and any number of steps of statistics."""
    rng = np.random.default_rng(seed)
    layers = []
    for layer, shapes in zip(net.layers, infer_shapes(net), strict=True):
        blobs = [_blob(layer, index, shape, rng) for index, shape in enumerate(blob_shapes(layer, shapes.bottoms))]
        layers.append(replace(layer, blobs=tuple(blobs)) if blobs else layer)
    return replace(net, layers=tuple(layers))


def _blob(layer: Layer, index: int, shape: Shape, rng: np.random.Generator) -> Blob:
    values = rng.standard_normal(shape)
    if (layer.type, index) in {("BatchNorm", 1), ("BN", 3)}:
        values = rng.uniform(0.5, 2.0, shape)
    elif layer.type == "BatchNorm" and index == 2:
        values = rng.choice([0.0, 1.0, 999.98236], shape)
    elif len(shape) > 1 and layer.type not in {"Scale", "Bias"}:
        values /= np.sqrt(np.prod(shape[1:]))
    return np.asarray(values, np.float32)


@pytest.fixture(scope="session")
def with_blobs() -> Callable[[Net, int], Net]:
    """Gives a net random weights; the same for the same seed."""
    return _with_blobs


Agrees: TypeAlias = Callable[..., None]


@pytest.fixture(scope="session")
def agrees(pycaffe: Pycaffe, tmp_path_factory: pytest.TempPathFactory) -> Agrees:
    """Asserts that a net gives the same on pycaffe, in BVLC's dialect, and on ONNX Runtime, exported.

    It gets random weights unless it has some, and random inputs, which ``prepare`` may change. OpenCV
    reads the file, too, if asked to.
    """
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"

    def check(
        net: Net, seed: int = 0, prepare: Callable[[Any], Any] = lambda values: values, *, opencv: bool = False
    ) -> None:
        if not any(layer.blobs for layer in net.layers):
            net = _with_blobs(net, seed)
        inputs = {name: prepare(values).astype(np.float32) for name, values in random_inputs(net, seed).items()}
        expected = pycaffe.run(lower(net, FOR_BVLC), inputs)
        assert_same(run_onnx(net, inputs, path), expected)
        if opencv:
            assert_same(_run_opencv(inputs, list(expected), path), expected)

    return check


@pytest.fixture(scope="session")
def gives(tmp_path_factory: pytest.TempPathFactory) -> Agrees:
    """Asserts that a net of one layer, exported, gives what ``restated`` makes of its inputs and then its weights.

    For layers that the real pycaffe here does not have: the test restates them in numpy, from the fork's source.
    """
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"

    def check(
        net: Net, restated: Callable[..., Any], seed: int = 0, prepare: Callable[[Any], Any] = lambda values: values
    ) -> None:
        net = _with_blobs(net, seed)
        inputs = {name: prepare(values).astype(np.float32) for name, values in random_inputs(net, seed).items()}
        (layer,) = net.layers
        expected = restated(*inputs.values(), *layer.blobs)
        assert_same(run_onnx(net, inputs, path), {layer.tops[0]: expected})

    return check


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Net], list[str]]:
    """Exports a net with random weights; the operators of its nodes."""
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"

    def operators(net: Net) -> list[str]:
        export_onnx(_with_blobs(net, 0), path)
        return [node.op_type for node in onnx.load(path).graph.node]

    return operators
