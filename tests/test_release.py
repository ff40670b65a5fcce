"""What would be uploaded: a source archive and a wheel that say the same, and can be installed and run."""

import email
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from pythons import python_of

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSIONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
# Hydra's parser runtime is pure Python without a wheel.
_ONLY_WHEELS = ("--only-binary=:all:", "--no-binary=antlr4-python3-runtime")


@dataclass(frozen=True)
class Release:
    """The two files."""

    sdist: Path
    wheel: Path


def _run(*command: str | Path, cwd: Path) -> str:
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}  # or a checkout would be imported
    ended = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=alone, check=False, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Built as for an upload: the wheel from the source archive, not from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Release(sdist, wheel)


def test_an_index_would_take_both(release: Release) -> None:
    said = _run(sys.executable, "-m", "twine", "check", "--strict", release.sdist, release.wheel, cwd=ROOT)
    assert said.count("PASSED") == 2


def test_the_wheel_has_everything_that_the_checkout_has_and_says_that_it_is_typed(release: Release) -> None:
    with zipfile.ZipFile(release.wheel) as archive:
        names = set(archive.namelist())
        metadata = email.message_from_bytes(archive.read(f"clsbench-{PROJECT['version']}.dist-info/METADATA"))
    sources = {path.relative_to(ROOT / "src").as_posix() for path in _files(ROOT / "src")}
    assert sources | {f"clsbench/{path.relative_to(ROOT).as_posix()}" for path in _files(ROOT / "conf")} <= names
    assert "clsbench/py.typed" in names
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata["License-Expression"] == "MIT"


def test_the_source_archive_has_the_tests_and_no_outputs(release: Release) -> None:
    with tarfile.open(release.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/test_release.py", "docs/map.md", "CHANGELOG.md", "LICENSE", "conf/config.yaml"} <= names
    assert not any(name.startswith(("outputs", ".venv", "build")) for name in names)


def test_it_installs_from_the_source_archive(release: Release, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / "bin"
    # Without what it depends on: the wheel's test installs that, and the help needs none of it.
    _run(programs / "python", "-m", "pip", "install", "--quiet", "--no-deps", release.sdist, cwd=tmp_path)
    assert _run(programs / "clsbench", "--version", cwd=tmp_path) == f"clsbench {PROJECT['version']}\n"
    assert "clsbench zoo" in _run(programs / "clsbench", "--help", cwd=tmp_path)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_installs_without_a_compiler_and_runs_from_a_foreign_folder(
    release: Release, version: str, tmp_path: Path
) -> None:
    _run(python_of(version), "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", "--no-compile", *_ONLY_WHEELS, release.wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _run(python, "-m", "clsbench.new", "model", "mine", cwd=elsewhere)
    assert (elsewhere / "myconf" / "model" / "mine.yaml").is_file()
    said = _run(python, "-m", "clsbench", cwd=elsewhere)
    assert "top-1 error" in said
    assert (elsewhere / "outputs" / "mlflow.db").is_file()
    swept = _run(python, "-m", "clsbench", "-m", "crop=single", "limit=20", cwd=elsewhere)
    assert "1 cell: 1 finished" in swept


def test_the_citation_is_of_this_version_and_names_what_it_must() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors", "version"} <= citation.keys()
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem
)
def test_an_issue_form_asks_with_a_name_and_fields(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    if path.stem == "config":
        assert isinstance(form["blank_issues_enabled"], bool)
        return
    assert form["name"]
    assert form["description"]
    ids = [field["id"] for field in form["body"]]
    assert len(set(ids)) == len(ids) > 1
    assert all(field["attributes"]["label"] for field in form["body"])
