"""What starts often starts fast: a command imports only what it works with."""

import subprocess
import sys
from pathlib import Path

import pytest

_HEAVY = {"mlflow", "onnx", "onnxruntime", "cv2", "scipy", "pandas", "pyarrow", "matplotlib", "torch", "openvino"}
_PROGRAM = """
import sys
from clsbench.__main__ import main
sys.argv[1:] = {arguments}
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
sys.stderr.write(' '.join(sys.modules))
"""


def _imported(*arguments: str) -> set[str]:
    """The packages that are there when the command has ended."""
    program = _PROGRAM.format(arguments=list(arguments))
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in ended.stderr.split()}


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("run", "--help"), ("zoo",), ("zoo", "resnet50"), ("report", "--help")],
    ids=" ".join,
)
def test_no_heavy_package_is_imported_for_a_help_or_the_zoo(arguments: tuple[str, ...]) -> None:
    assert _imported(*arguments) & _HEAVY == set()


def test_the_help_needs_no_package_of_others_at_all() -> None:
    assert _imported("--help") & {"hydra", "omegaconf", "rich", "yaml", "numpy"} == set()


def test_an_evaluation_does_not_import_what_draws_reports_or_fetches_weights(tmp_path: Path) -> None:
    imported = _imported("limit=5", "tracking=none", f"paths.outputs={tmp_path}")
    assert "onnxruntime" in imported
    assert imported & {"mlflow", "scipy", "matplotlib", "torch"} == set()
