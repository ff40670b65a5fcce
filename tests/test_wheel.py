"""The built wheel, installed in a new environment of each Python that is here, runs the demo from a foreign folder."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from pythons import python_of

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSIONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
# Hydra's parser runtime is pure Python without a wheel.
_ONLY_WHEELS = ("--only-binary=:all:", "--no-binary=antlr4-python3-runtime")


def _run(*command: str | Path, cwd: Path) -> str:
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}  # or a checkout would be imported
    ended = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=alone, check=False, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_conf_and_the_demo(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    in_checkout = {f"clsbench/{path.relative_to(ROOT)}" for path in (ROOT / "conf").rglob("*.yaml")}
    assert in_checkout <= set(names)
    assert "clsbench/demo/digits.caffemodel" in names
    assert "clsbench/engines/caffe/worker.py" in names


@pytest.mark.parametrize("version", VERSIONS)
def test_it_installs_without_a_compiler_and_runs_from_a_foreign_folder(
    wheel: Path, version: str, tmp_path: Path
) -> None:
    _run(python_of(version), "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", "--no-compile", *_ONLY_WHEELS, wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _run(python, "-m", "clsbench.new", "model", "mine", cwd=elsewhere)
    assert (elsewhere / "myconf" / "model" / "mine.yaml").is_file()
    said = _run(python, "-m", "clsbench", cwd=elsewhere)
    assert "top-1 error" in said
    assert (elsewhere / "outputs" / "mlflow.db").is_file()
    swept = _run(python, "-m", "clsbench", "-m", "crop=single", "limit=20", cwd=elsewhere)
    assert "1 cell: 1 finished" in swept
