"""Finds the interpreter that has real pycaffe."""

import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from clsbench.engines.caffe.worker import VERSION
from clsbench.errors import MissingEngineError

WORKER = Path(__file__).with_name("worker.py")
CURE = "run tools/setup_pycaffe.sh, or set engine.python to an interpreter that imports pycaffe"


def caffe_python(python: str | None) -> Path:
    """``python`` if given, else the one of the prepared environment, else this one if it has pycaffe.

    Raises MissingEngineError.
    """
    if python is not None:
        found = shutil.which(Path(python).expanduser())
        if not found:
            raise MissingEngineError(f"engine.python={python}: no such program; {CURE}")
        return Path(found)
    prepared = Path(os.environ.get("CLSBENCH_PYCAFFE", "~/.cache/clsbench/pycaffe")).expanduser() / "bin" / "python"
    if prepared.is_file():
        return prepared
    if _has_pycaffe():
        return Path(sys.executable)
    raise MissingEngineError(f"engine=caffe: no pycaffe in {prepared.parent.parent} nor in {sys.executable}; {CURE}")


@cache
def pycaffe_version(python: Path) -> str:
    """The version of pycaffe in ``python``, queried once (takes half a second). Raises MissingEngineError."""
    quiet = os.environ | {"GLOG_minloglevel": "2"}
    ended = subprocess.run([python, WORKER, VERSION], capture_output=True, text=True, env=quiet, check=False)
    answers: list[str] = [line.split()[1] for line in ended.stdout.splitlines() if line.startswith(f"{VERSION} ")]
    if not answers:
        said = (ended.stderr.strip().splitlines() or ["no word from it"])[-1]
        raise MissingEngineError(f"engine.python={python}: no pycaffe in it ({said}); {CURE}")
    return answers[0]


def _has_pycaffe() -> bool:
    # Looked up, not imported, because an import can end the process. The package of that name on PyPI has no _caffe.
    spec = importlib.util.find_spec("caffe")
    folders = (spec.submodule_search_locations or []) if spec else []
    return any(any(Path(folder).glob("_caffe*.so")) for folder in folders)
