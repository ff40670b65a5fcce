"""The other Pythons of this machine."""

import os
import subprocess
from pathlib import Path

import pytest


def python_of(version: str) -> Path:
    """The program of Python ``version``, such as "3.12", on the PATH or of pyenv; without one the test is skipped."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for program in [Path(f"python{version}"), *sorted(versions.glob(f"{version}.*/bin/python{version}"))]:
        try:  # a pyenv shim is on the PATH and fails if its version is not selected
            subprocess.run([program, "-c", ""], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return program
    pytest.skip(f"no Python {version} here; pyenv install {version}")
