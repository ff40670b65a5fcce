import subprocess
import sys
from pathlib import Path

import pytest

from clsbench.engines.caffe import python as module
from clsbench.engines.caffe.python import caffe_python, pycaffe_version
from clsbench.errors import MissingEngineError


def test_the_setting_wins_and_is_looked_up_on_the_path() -> None:
    assert caffe_python(sys.executable) == Path(sys.executable)
    assert caffe_python("sh").name == "sh"


def test_a_program_that_is_not_there_is_an_error_that_names_the_cure() -> None:
    with pytest.raises(MissingEngineError, match=r"engine.python=/absent/python.*tools/setup_pycaffe.sh"):
        caffe_python("/absent/python")


def test_the_prepared_environment_comes_before_this_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLSBENCH_PYCAFFE", str(tmp_path))
    monkeypatch.setattr(module, "_has_pycaffe", lambda: True)
    assert caffe_python(None) == Path(sys.executable)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert caffe_python(None) == tmp_path / "bin" / "python"


def test_without_any_pycaffe_the_error_names_both_places_and_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLSBENCH_PYCAFFE", str(tmp_path))
    with pytest.raises(MissingEngineError, match=rf"{tmp_path}.*tools/setup_pycaffe.sh, or set engine.python"):
        caffe_python(None)


@pytest.mark.parametrize(("file", "real"), [("_caffe.so", True), ("placeholder.py", False)])
def test_a_package_named_caffe_is_pycaffe_only_with_its_extension_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, *, real: bool
) -> None:
    (tmp_path / "caffe").mkdir()
    (tmp_path / "caffe" / "__init__.py").write_text("raise RuntimeError('must not be imported')")
    (tmp_path / "caffe" / file).touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert module._has_pycaffe() == real


@pytest.mark.pycaffe
def test_the_version_is_what_pycaffe_says(caffe_python: Path) -> None:
    said = subprocess.check_output([caffe_python, "-c", "import caffe; print(caffe.__version__)"], text=True)
    assert pycaffe_version(caffe_python) == said.strip()


def test_where_there_is_no_pycaffe_the_error_has_pythons_own_last_line() -> None:
    with pytest.raises(MissingEngineError, match=r"no pycaffe in it \(ModuleNotFoundError: No module named 'caffe'\)"):
        pycaffe_version(Path(sys.executable))
