"""The published file: fetched where a program can, named where only a person can, kept where it fits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clsbench.caffe.caffemodel import write_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.random_weights import with_random_weights
from clsbench.config import CONF
from clsbench.errors import WeightsError
from clsbench.weights import published_file
from clsbench.weights.published_file import Published, fetch_published, published_of
from clsbench.weights.sidecar import read_sidecar

LINK = "https://drive.google.com/open?id=0B9mkjlmP0d7zTEJmNEh6c0RfYzg"
BAIDU = "https://pan.baidu.com/s/1boC0HEf"
PUBLISHED = Published("a/project", "MIT", LINK, BAIDU)


@dataclass
class Drive:
    """gdown, whose Google Drive holds one file."""

    write: Callable[[Path], None]
    asked: str = ""

    def download(self, *, id: str, output: str, **_: Any) -> str:  # noqa: A002 - gdown's
        self.asked = id
        self.write(Path(output))
        return output


@pytest.fixture
def with_drive(server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Path], None]], Drive]:
    monkeypatch.setattr(published_file, "_DRIVE", server.url)

    def put(write: Callable[[Path], None]) -> Drive:
        drive = Drive(write)
        monkeypatch.setattr(published_file, "_gdown", lambda: drive)
        return drive

    return put


def test_a_file_that_fits_is_kept_with_a_sidecar_that_leaves_the_models_settings(
    small_net: Net, tmp_path: Path, with_drive: Any
) -> None:
    drive = with_drive(lambda path: write_caffemodel(with_random_weights(small_net, 0, 1.0), path))
    output = tmp_path / "new" / "x.caffemodel"
    sidecar = fetch_published(small_net, PUBLISHED, output)
    assert drive.asked == "0B9mkjlmP0d7zTEJmNEh6c0RfYzg"
    assert read_sidecar(output) == sidecar
    assert (sidecar.relation, sidecar.images, sidecar.location) == ("same", None, LINK)
    assert {file.name for file in output.parent.iterdir()} == {"x.caffemodel", "x.caffemodel.json"}


def test_a_page_or_another_network_is_not_kept(small_net: Net, nothing_in: Path, with_drive: Any) -> None:
    with_drive(lambda path: path.write_text("<html>quota exceeded"))
    with pytest.raises(WeightsError, match="a web page, not a caffemodel"):
        fetch_published(small_net, PUBLISHED, nothing_in / "x.caffemodel")
    assert not list(nothing_in.iterdir())


def test_what_the_drive_refuses_is_one_line_with_both_links(small_net: Net, nothing_in: Path, with_drive: Any) -> None:
    def refuse(path: Path) -> None:
        raise OSError("Failed to retrieve file url:\n\n many lines")

    with_drive(refuse)
    with pytest.raises(WeightsError, match="not fetched: Failed to retrieve file url") as caught:
        fetch_published(small_net, PUBLISHED, nothing_in / "x.caffemodel")
    assert "\n" not in str(caught.value)
    assert f"in a browser: {LINK} or {BAIDU}; then save the file as {nothing_in}/x.caffemodel" in str(caught.value)


def test_without_network_there_is_one_line(
    small_net: Net, nothing_in: Path, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_file, "_DRIVE", "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match=r"small: not fetched: http://127.0.0.1:9 cannot be reached"):
        fetch_published(small_net, PUBLISHED, nothing_in / "x.caffemodel")
    monkeypatch.setenv("CLSBENCH_OFFLINE", "1")
    with pytest.raises(WeightsError, match="CLSBENCH_OFFLINE is set"):
        fetch_published(small_net, PUBLISHED, nothing_in / "x.caffemodel")


def test_baidus_link_is_named_for_a_person(small_net: Net, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=f"no published weights that a program can fetch; in a browser: {BAIDU}"):
        fetch_published(small_net, Published("a/project", None, None, BAIDU), tmp_path / "x.caffemodel")
    with pytest.raises(WeightsError, match="a/project may say where they went"):
        fetch_published(small_net, Published("a/project", None, None, None), tmp_path / "x.caffemodel")


def test_conf_model_says_where_the_files_are() -> None:
    assert published_of("inception-v3", CONF / "model") == Published("soeaver/caffe-model", "MIT", LINK, BAIDU)
    assert published_of("air101", CONF / "model").google is None
