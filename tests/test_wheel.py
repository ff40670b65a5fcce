"""The built wheel, installed in a new environment and started from a foreign folder, runs the demo."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _run(*command: str | Path, cwd: Path) -> str:
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}  # or a checkout would be imported
    ended = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=alone, check=False, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_wheel_carries_conf_and_the_demo_and_runs_from_a_foreign_folder(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    in_checkout = {f"clsbench/{path.relative_to(ROOT)}" for path in (ROOT / "conf").rglob("*.yaml")}
    assert in_checkout <= set(names)
    assert "clsbench/demo/digits.caffemodel" in names
    assert "clsbench/engines/caffe/worker.py" in names

    _run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _run(python, "-m", "clsbench.new", "model", "mine", cwd=elsewhere)
    assert (elsewhere / "myconf" / "model" / "mine.yaml").is_file()
    said = _run(python, "-m", "clsbench", cwd=elsewhere)
    assert "top-1 error" in said
    assert (elsewhere / "outputs" / "mlflow.db").is_file()
    swept = _run(python, "-m", "clsbench", "-m", "crop=single", "limit=20", cwd=elsewhere)
    assert "1 cell: 1 finished" in swept
