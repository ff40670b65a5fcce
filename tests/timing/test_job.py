"""A job survives the way through a line of JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.timing.job import Job, files_of, job_of


def test_a_line_gives_the_same_job_again(job_for: Callable[..., Job]) -> None:
    job = job_for(OnnxRuntime(device="cpu", precision="fp32", threads=None, streams=1, batch_size=1, provider="auto"))
    line = job.to_line()
    assert "\n" not in line
    assert job_of(line) == job


class _Network:
    input_shape, output, classes = (3, 4, 4), "prob", 2

    def __init__(self) -> None:
        self.made: list[str] = []

    def _file(self, name: str) -> Path:
        self.made.append(name)
        return Path(name)

    def onnx(self) -> Path:
        return self._file("net.onnx")

    def prototxt(self) -> Path:
        return self._file("net.prototxt")

    def caffemodel(self) -> Path:
        return self._file("net.caffemodel")


@pytest.mark.parametrize(("for_caffe", "made"), [(True, {"net.prototxt", "net.caffemodel"}), (False, {"net.onnx"})])
def test_only_the_files_that_the_engine_reads_are_made(for_caffe: Any, made: set[str]) -> None:
    network = _Network()
    files = files_of(network, for_caffe=for_caffe)
    assert set(network.made) == made
    paths = [files.prototxt(), files.caffemodel()] if for_caffe else [files.onnx()]
    assert all(path.is_absolute() for path in paths)
