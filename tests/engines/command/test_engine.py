"""A program of the user's is an engine; what it does wrong is one clear error."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import Cli

from clsbench.engines.command.engine import Command, CommandPredictor
from clsbench.engines.engine import TakesPixels
from clsbench.errors import ConfigError, EngineError

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"

_LOOP = """
import os, sys, time
import numpy as np
for line in sys.stdin:
    n = int(line.split()[1])
    {does}
    print(f"done {{n}} 3", flush=True)
"""
_WRITES = "np.full((n, 3), 0.5, '<f4').tofile(sys.argv[2])"

Make = Callable[..., Command]


@pytest.fixture
def program(tmp_path: Path) -> Make:
    """Makes an engine of a Python program that does something between a line and its answer."""

    def make(does: str, timeout: float = 60, dtype: str = "float32", layout: str = "nchw") -> Command:
        file = tmp_path / "program.py"
        file.write_text(_LOOP.format(does=does))
        run = f"{sys.executable} {file} {{inputs}} {{outputs}}"
        return Command("my-npu", "int8", run, timeout, dtype, layout, None)

    return make


def test_one_process_answers_batch_after_batch(program: Make, small: Any) -> None:
    does = "np.full((n, 3), os.getpid() % 1000, '<f4').tofile(sys.argv[2])"
    with program(does).open(small.network) as predictor:
        assert isinstance(predictor, CommandPredictor)
        first, second = predictor(small.views(2)), predictor(small.views(5))
    assert first.shape == (2, 3)
    assert second.shape == (5, 3)
    assert set(np.unique(first)) == set(np.unique(second))
    assert predictor.description.device == "my-npu"
    assert predictor.runner.process.returncode is not None


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("sys.exit('no device found')", r"ended \(exit code 1\).*no device found"),
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("print('hello', flush=True)", "answered 'hello'"),
        ("pass", "wrote 0 bytes of scores, expected 24"),
        ("np.zeros(9, '<f4').tofile(sys.argv[2])", "wrote 36 bytes"),
        (_WRITES + "; n += 1", "answered 'done 3 3'"),
    ],
)
def test_death_and_nonsense_are_one_error(program: Make, small: Any, does: str, words: str) -> None:
    with program(does).open(small.network) as predictor, pytest.raises(EngineError, match=words):
        predictor(small.views(2))


def test_slowness_is_an_error_that_names_the_setting(program: Make, small: Any) -> None:
    with (
        program("time.sleep(60)", timeout=1).open(small.network) as predictor,
        pytest.raises(EngineError, match=r"no answer .* for 1 seconds; give engine\.timeout"),
    ):
        predictor(small.views(2))


def test_a_command_without_the_files_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"\{inputs\} and \{outputs\}"):
        Command("auto", "fp32", "./runner", 60, "float32", "nchw", None).identity()


# The program's scores are the first three numbers of each view, and its batch's shape goes to stderr.
_READS = (
    "shape = [int(word) for word in line.split()[1:]]; "
    "given = np.fromfile(sys.argv[1], {dtype!r}).reshape(shape); "
    "np.ascontiguousarray(given.reshape(n, -1)[:, :3], '<f4').tofile(sys.argv[2])"
)


def test_channels_come_last_where_they_are_asked_to(program: Make, small: Any) -> None:
    views = small.views(2)
    with program(_READS.format(dtype="<f4"), layout="nhwc").open(small.network) as predictor:
        assert isinstance(predictor, CommandPredictor)
        found = predictor(views)
    np.testing.assert_array_equal(found, views.transpose(0, 2, 3, 1).reshape(2, -1)[:, :3])


@pytest.mark.parametrize("rgb", [False, True])
def test_pixels_are_bytes_with_channels_in_the_networks_order(program: Make, small: Any, rgb: bool) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, small.views(2).shape, np.uint8)
    with program(_READS.format(dtype="u1"), dtype="uint8").open(small.network) as predictor:
        assert isinstance(predictor, TakesPixels)
        found = predictor.of_pixels(np.zeros((3, 256), np.float32), rgb=rgb)(pixels)
        with pytest.raises(ConfigError, match=r"engine\.dtype=uint8: .* use engine\.dtype=float32"):
            predictor(small.views(2))
    expected = pixels[:, ::-1] if rgb else pixels
    np.testing.assert_array_equal(found, expected.reshape(2, -1)[:, :3])


@pytest.mark.parametrize(("key", "value"), [("dtype", "int4"), ("layout", "chwn")])
def test_other_numbers_and_layouts_are_refused(key: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"engine.{key}={value}: choose"):
        Command("auto", "fp32", "x", 60, **{"dtype": "float32", "layout": "nchw", key: value}, batch_size=None)


def test_a_program_that_takes_pixels_with_channels_last_evaluates_the_demo_as_one_of_inputs(
    clsbench: Cli, tmp_path: Path
) -> None:
    source = (EXAMPLES / "runner.py").read_text(encoding="utf-8")
    read = 'np.fromfile(Path(inputs), "<f4").reshape(shape)'
    assert read in source
    own = tmp_path / "runner.py"
    pixels = 'np.fromfile(Path(inputs), "u1").reshape(shape).transpose(0, 3, 1, 2).astype("<f4")'
    own.write_text(source.replace(read, f"({pixels} - 78) / 96"))  # mean and std of preprocessing=digits
    found = []
    for file, settings in ((EXAMPLES / "runner.py", ()), (own, ("engine.dtype=uint8", "engine.layout=nhwc"))):
        run = f"{sys.executable} {file} {{inputs}} {{outputs}} {{onnx}}"
        ended = clsbench("engine=command", f"engine.run='{run}'", "sample=50", "artifacts=small", *settings)
        assert ended.code == 0, ended.said
        folder = Path(ended.runs[0].info.artifact_uri.removeprefix("file://"))
        found.append(pq.read_table(folder / "predictions.parquet"))
    assert found[0]["top5"].equals(found[1]["top5"])
    refused = clsbench("engine=command", f"engine.run='{run}'", "limit=5", "crop=multi10", "engine.dtype=uint8")
    assert refused.code == 1
    assert "use engine.dtype=float32" in refused.said
    assert "Traceback" not in refused.said


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_the_runner_in_c_evaluates_the_demo(clsbench: Cli, tmp_path: Path) -> None:
    runner, weights = tmp_path / "runner", tmp_path / "weights.bin"
    sources = [str(EXAMPLES / name) for name in ("runner.c", "digits.c")]
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", str(runner), *sources, "-lm"], check=True)
    subprocess.run([sys.executable, str(EXAMPLES / "digits_weights.py"), str(weights)], check=True)
    ended = clsbench("engine=command", f"engine.run='{runner} {{inputs}} {{outputs}} {weights}'")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * 7 / 382)  # as every engine: 1.832


def test_the_runner_in_python_evaluates_the_demo(clsbench: Cli) -> None:
    run = f"{sys.executable} {EXAMPLES / 'runner.py'} {{inputs}} {{outputs}} {{onnx}}"
    ended = clsbench("engine=command", f"engine.run='{run}'", "sample=50")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["images"] == 50
    assert ended.run.data.metrics["top1_error"] < 10
