"""What the tests of the comparison share: the command."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Cli, Ended


@pytest.fixture
def agree(tmp_path: Path) -> Cli:
    """``python -m clsbench.agree`` from a foreign folder, with outputs of its own; call it with the overrides."""

    def call(*overrides: str) -> Ended:
        outputs = tmp_path / "outputs"
        command = [sys.executable, "-m", "clsbench.agree", *overrides, f"paths.outputs={outputs}"]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=300)
        return Ended(ended.returncode, ended.stdout + ended.stderr, outputs)

    return call
