import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from pythons import python_of

from clsbench.engines.caffe import worker as caffe_worker

_WORKER = Path(caffe_worker.__file__)


def test_python_2_7_compiles_the_worker(tmp_path: Path) -> None:
    code = "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], doraise=True)"
    subprocess.run([python_of("2.7"), "-c", code, _WORKER, tmp_path / "worker.pyc"], check=True)


@pytest.mark.parametrize("legacy", [True, False])
def test_without_numpy_or_caffe_either_python_answers_with_one_line(tmp_path: Path, *, legacy: bool) -> None:
    python: list[str | Path] = [python_of("2.7")] if legacy else [sys.executable, "-S"]
    (tmp_path / "numpy.py").write_text("raise ImportError('none here')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    setup = json.dumps({"arrays": str(tmp_path / "arrays"), "views_shape": [1, 1, 1, 1], "scores_shape": [1, 1]})
    ended = subprocess.run(
        [*python, _WORKER], input=setup + "\n", capture_output=True, text=True, env=environment, check=False
    )
    (line,) = ended.stdout.splitlines()
    assert line.startswith(caffe_worker.MARK)
    assert json.loads(line.removeprefix(caffe_worker.MARK)) == {"missing": "none here"}
    assert "Traceback" in ended.stderr


def test_what_is_printed_to_stdout_goes_to_stderr(tmp_path: Path) -> None:
    code = f"""
import os, sys
sys.path.insert(0, {str(_WORKER.parent)!r})
import worker as caffe_worker
answers = caffe_worker.own_stdout()
print("from Python")
sys.stdout.flush()
os.system("echo from C")
caffe_worker.answer(answers, dict(done=1))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == caffe_worker.MARK + '{"done": 1}\n'
    assert ended.stderr.split() == ["from", "Python", "from", "C"]


@pytest.mark.pycaffe
def test_caffe_io_and_the_packages_that_it_imports_are_loaded_when_it_is_first_used(caffe_python: Path) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(_WORKER.parent)!r})
import worker
worker.import_caffe_io_late()
sys.path.pop(0)
import caffe
print(caffe.Net.__name__, "skimage" in sys.modules)
print(caffe.io.Transformer(dict(data=(1, 3, 2, 2))).inputs, "skimage" in sys.modules)
"""
    ended = subprocess.run([caffe_python, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["Net False", "{'data': (1, 3, 2, 2)} True"]


class _Blob:
    """A blob that notes when its gradient is read."""

    def __init__(self, name: str, done: list[str]) -> None:
        self.name, self.done, self.numbers = name, done, np.zeros((1, 2), np.float32)

    @property
    def diff(self) -> NDArray[np.float32]:
        self.done.append(f"read {self.name}")
        return self.numbers


class _Net:
    """Not pycaffe's: a build for a GPU cannot be had in a test, so this only notes what is called, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.inputs, self.layers = ["data"], ["input", "fc", "prob"]
        self.blobs = {name: _Blob(name, self.done) for name in ("data", "prob")}

    def _backward(self, first: int, last: int) -> None:
        self.done.append(f"backward from {first} to {last}")


def test_a_backward_reads_the_gradient_of_the_images_last_which_waits_for_a_gpu() -> None:
    net, worker = _Net(), cast(Any, caffe_worker)  # which has no annotations
    worker.backward(net, "prob")
    assert net.done == ["read prob", "backward from 2 to 0", "read data"]
