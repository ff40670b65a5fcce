"""What the tests of the comparison share: the command."""

from pathlib import Path

import pytest
from command_line import Cli, cli


@pytest.fixture
def agree(tmp_path: Path) -> Cli:
    """``python -m clsbench.agree`` from a foreign folder, with outputs of its own; call it with the overrides."""
    return cli("clsbench.agree", tmp_path)
