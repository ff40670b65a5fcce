"""The notebook of docs/ runs from its first cell to its last, in a kernel of its own."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from clsbench import config

NOTEBOOK = config.CONF.parent / "docs" / "python.ipynb"


def test_every_cell_of_the_notebook_runs_and_shows_what_its_text_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    notebook = nbformat.reads(NOTEBOOK.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        for call in ("run", "sweep"):
            cell.source = cell.source.replace(f"clsbench.{call}(", f"clsbench.{call}('paths.outputs={tmp_path}', ")
    folder = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=folder).execute()
    shown = [
        "".join(str(output["data"].get("text/plain", "")) for output in cell.outputs if "data" in output)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    assert "'images': 382.0" in shown[0]
    assert shown[1].count(".png") == 5
    assert "SVG" in shown[2]
    assert "'single'" in shown[3]
    assert "'multi12'" in shown[3]
    assert (tmp_path / "mlflow.db").is_file()
