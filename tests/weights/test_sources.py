"""The sources against what the libraries say of them, conf/model, and the figures gathered from the publishers."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from kept_facts import rows

from clsbench.config import CONF
from clsbench.errors import WeightsError
from clsbench.weights.mappings import MAPPINGS
from clsbench.weights.source import SAME, Source
from clsbench.weights.sources import SOURCES, source_of, sources_of

MANIFESTS = Path(__file__).parent / "manifests"


def manifest(source: Source) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((MANIFESTS / f"{source.library}-{source.name}.json").read_text())
    return content


def titled(source: Source) -> str:
    return f"{source.network} {source.library}"


every = pytest.mark.parametrize("source", SOURCES, ids=titled)


def test_each_source_has_a_mapping_and_each_mapping_a_source() -> None:
    assert {(source.network, source.library) for source in SOURCES} == set(MAPPINGS)
    assert len(SOURCES) == len(MAPPINGS)


@every
def test_a_source_is_as_its_library_says(source: Source) -> None:
    said = manifest(source)
    assert (said["network"], said["source"]) == (source.network, source.title)
    assert (said["location"], said["licence"]) == (source.location, source.licence)
    assert source.mean == pytest.approx(said["mean"], abs=1e-12)
    assert source.std == pytest.approx(said["std"], abs=1e-12)


@every
def test_a_release_file_has_its_checksum_in_its_name(source: Source) -> None:
    assert (source.checksum is not None) == source.is_file
    assert source.is_file or source.location == f"timm/{source.name}"


def test_caffe_has_blue_first_and_pixels_up_to_255() -> None:
    source = source_of("resnet18-priv", "timm")
    assert source.caffe_mean == [103.53, 116.28, 123.675]
    assert source.caffe_std == [57.375, 57.12, 58.395]
    assert source_of("dpn-98", "timm").caffe_mean == [104, 117, 124]


def test_the_published_weights_come_first() -> None:
    assert [source.library for source in sources_of("vgg16-pytorch")] == ["timm", "torchvision"]
    assert not sources_of("resnet50")


def test_a_library_without_the_network_is_an_error_that_names_those_with_it() -> None:
    with pytest.raises(WeightsError, match="se-resnet50: torchvision has no weights of it; take --from timm"):
        source_of("se-resnet50", "torchvision")
    with pytest.raises(WeightsError, match=r"clsbench weights lists"):
        source_of("air101", "timm")


def test_the_model_files_name_the_same_places() -> None:
    checked = 0
    for path in (CONF / "model").glob("*.yaml"):
        model = yaml.safe_load(path.read_text())["model"]
        if elsewhere := model["provenance"].get("elsewhere"):
            assert elsewhere["location"] in {source.location for source in sources_of(model["name"])}
            checked += 1
    assert checked == 16


def test_what_is_the_same_and_what_is_not_follows_the_gathered_facts() -> None:
    for row in rows("hub_sources"):
        source = next(each for each in sources_of(row["network"]) if each.location == row["location"])
        assert (source.relation == SAME) == (row["may_be_the_published"] == "yes")
