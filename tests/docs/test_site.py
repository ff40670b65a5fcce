"""The documentation as a site: it builds, and a link that leads nowhere fails."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clsbench import config

_ROOT = config.CONF.parent


def _built(project: Path, site: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=project)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    ended = _built(_ROOT, folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


def test_every_page_of_docs_is_there_and_the_front_page_is_the_readme(site: Path) -> None:
    pages = {path.stem for path in (_ROOT / "docs").glob("*.md")}
    assert len(pages) > 15
    assert all((site / page / "index.html").is_file() for page in pages)
    assert "How good and how fast is a Caffe image classifier?" in (site / "index.html").read_text("utf-8")


def test_every_group_and_option_of_conf_is_on_the_page_of_settings(site: Path) -> None:
    page = (site / "settings" / "index.html").read_text("utf-8")
    for path in config.CONF.glob("*/*.yaml"):
        assert path.stem in page, path
    assert "<code>dataset.list</code>" in page
    assert "the folder to which the list's paths are relative" in page
    assert "<code>limit</code>" in page


def test_nothing_of_a_page_is_loaded_from_elsewhere(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    assert 'src="http' not in page
    assert "fonts.g" not in page


def test_a_link_that_leads_nowhere_fails(tmp_path: Path) -> None:
    for name in ("mkdocs.yml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".importlinter"):
        shutil.copy(_ROOT / name, tmp_path)
    for name in ("docs", "tools", "conf", "examples"):
        shutil.copytree(_ROOT / name, tmp_path / name)
    with (tmp_path / "docs" / "zoo.md").open("a", encoding="utf-8") as page:
        page.write("\n[gone](no-such-page.md)\n")
    ended = _built(tmp_path, tmp_path / "site")
    assert ended.returncode != 0
    assert "no-such-page.md" in ended.stderr
