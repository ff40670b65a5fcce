"""``environment.json``: the machine and the software that made a run."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_PACKAGES = ("clsbench", "hydra-core", "mlflow", "numpy", "onnx", "onnxruntime", "pyarrow")
# Two packages provide the module cv2; the installed one counts.
_OPENCV = ("opencv-python-headless", "opencv-python")
_VARIABLES = ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "MKL_NUM_THREADS")


def write_environment(engine: Mapping[str, object], path: Path) -> None:
    """Writes machine, packages, thread variables and what the engine reports about itself."""
    facts = {
        "machine": {
            "cpu": cpu_name(),
            "cores": os.cpu_count(),
            "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
            "system": platform.platform(),
        },
        "python": platform.python_version(),
        "packages": {name: version for name in (*_PACKAGES, *_OPENCV) if (version := _version(name))},
        "variables": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
        "engine": dict(engine),
    }
    path.write_text(json.dumps(facts, indent=2, default=str) + "\n", encoding="utf-8")


def software() -> dict[str, str]:
    """The packages besides the engine's that affect an image's scores, with their versions."""
    names = ("clsbench", *_OPENCV, "numpy")
    return {f"{name}_version": version for name in names if (version := _version(name))}


def cpu_name() -> str:
    """The processor's model name, from /proc/cpuinfo or the platform."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def git_commit(folder: Path) -> str | None:
    """The commit of the checkout in ``folder``, with ``-dirty`` if files differ; None if it is not a checkout."""
    try:
        completed = subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return completed.stdout.strip() or None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
