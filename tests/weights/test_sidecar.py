"""The sidecar travels with its caffemodel, and only with it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.sidecar import Images, Sidecar, read_sidecar, sidecar_path, write_sidecar

IMAGES = Images([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], "bgr", "ilsvrc2012")


@pytest.fixture
def caffemodel(tmp_path: Path) -> Path:
    path = tmp_path / "x.caffemodel"
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def sidecar(caffemodel: Path) -> Sidecar:
    return Sidecar(
        network="x",
        source="timm x",
        location="timm/x",
        revision=None,
        source_sha256="0",
        sha256=sha256_of(caffemodel),
        licence="MIT",
        relation="same",
        evidence="the authors say so",
        converted="2026-01-01",
        clsbench="0.1.0",
        images=IMAGES,
        network_settings={"pool": {"pool": "AVE"}},
        differences=["none"],
    )


def test_what_is_written_is_read_again(caffemodel: Path, sidecar: Sidecar) -> None:
    for written in (sidecar, replace(sidecar, images=None, relation="architecture")):
        write_sidecar(written, caffemodel)
        assert read_sidecar(caffemodel) == written


def test_a_plain_caffemodel_has_none(caffemodel: Path) -> None:
    assert read_sidecar(caffemodel) is None


def test_the_title_says_how_the_source_is_related(sidecar: Sidecar) -> None:
    assert sidecar.title == "timm x (same weights)"
    assert replace(sidecar, relation="architecture").title == "timm x (same architecture)"


def test_the_sidecar_of_other_weights_is_an_error(caffemodel: Path, sidecar: Sidecar) -> None:
    write_sidecar(sidecar, caffemodel)
    caffemodel.write_bytes(b"other weights")
    with pytest.raises(WeightsError, match=r"belongs to a different file than x.caffemodel.*delete it"):
        read_sidecar(caffemodel)


CHANGES: dict[str, dict[str, Any]] = {
    "an unknown relation": {"relation": "cousin"},
    "a field of a later version": {"later": 1},
    "two means": {"images": {**vars(IMAGES), "mean": [1, 2]}},
    "a mean of text": {"images": {**vars(IMAGES), "mean": ["1", "2", "3"]}},
    "a std of zero": {"images": {**vars(IMAGES), "std": [1, 2, 0]}},
    "no such label order": {"images": {**vars(IMAGES), "label_order": "alphabetical"}},
    "no such channel order": {"images": {**vars(IMAGES), "channel_order": "gbr"}},
    "settings without layers": {"network_settings": {"pool": "AVE"}},
    "settings that are none": {"network_settings": 3},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_sidecar_that_was_spoilt_is_an_error(caffemodel: Path, sidecar: Sidecar, change: str) -> None:
    write_sidecar(sidecar, caffemodel)
    path = sidecar_path(caffemodel)
    path.write_text(json.dumps({**json.loads(path.read_text()), **CHANGES[change]}))
    with pytest.raises(WeightsError, match="damaged"):
        read_sidecar(caffemodel)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"network": "x"}'])
def test_a_sidecar_that_is_no_sidecar_is_an_error(caffemodel: Path, text: str) -> None:
    sidecar_path(caffemodel).write_text(text)
    with pytest.raises(WeightsError, match="damaged"):
        read_sidecar(caffemodel)


@pytest.mark.parametrize(
    "content",
    [
        '{"images": {"mean": [' + "9" * 5000 + ', 1, 1], "std": [1, 1, 1]}}',
        "[" * 10_000 + "]" * 10_000,
        '{"source": "\\ud800"}',
        '{"source": "' + "x" * 2**21 + '"}',
    ],
    ids=["a very large integer", "deep nesting", "a lone surrogate", "a large file"],
)
def test_a_hostile_sidecar_is_one_error(tmp_path: Path, content: str) -> None:
    caffemodel = tmp_path / "net.caffemodel"
    caffemodel.write_bytes(b"weights")
    sidecar_path(caffemodel).write_text(content)
    with pytest.raises(WeightsError, match="damaged"):
        read_sidecar(caffemodel)
