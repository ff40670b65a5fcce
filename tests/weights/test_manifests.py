"""Every mapping against the names and shapes that the hub's own model has, recorded by tools/weights_manifests.py."""

import json
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clsbench.caffe.net import Net, Shape
from clsbench.config import CONF
from clsbench.weights.mapping import source_shapes
from clsbench.weights.mappings import MAPPINGS, REFUSED
from clsbench.weights.source import Source
from clsbench.weights.sources import SOURCES
from clsbench.zoo.catalogue import Entry, generated, read_catalogue

FOLDER = Path(__file__).parent / "manifests"
NOT_NEEDED = "*num_batches_tracked"


@cache
def catalogue() -> dict[str, Entry]:
    return read_catalogue(CONF / "model")


@cache
def manifests() -> dict[tuple[str, str], dict[str, Any]]:
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    return {(content["network"], content["source"].split()[0]): content for content in contents}


def net_of(network: str) -> Net:
    return generated(catalogue()[network])


def recorded(network: str, library: str) -> dict[str, tuple[str, Shape]]:
    tensors = manifests()[network, library]["tensors"]
    described = {name: each.split() for name, each in tensors.items()}
    return {name: (dtype, tuple(map(int, sides))) for name, (dtype, *sides) in described.items()}


mapped = pytest.mark.parametrize(("network", "library"), sorted(MAPPINGS))


def test_each_recorded_model_has_a_mapping_and_each_mapping_a_record() -> None:
    assert set(manifests()) == set(MAPPINGS)


@mapped
def test_a_mapping_asks_for_each_tensor_that_the_model_has_in_its_shape(network: str, library: str) -> None:
    mapping = MAPPINGS[network, library]()
    passed_over = (NOT_NEEDED, *mapping.not_needed)
    needed = {
        name: shape
        for name, (_, shape) in recorded(network, library).items()
        if not any(fnmatchcase(name, pattern) for pattern in passed_over)
    }
    assert source_shapes(net_of(network), mapping) == needed


@mapped
def test_tensors_that_are_needed_hold_float32_numbers(network: str, library: str) -> None:
    dtypes = {name: dtype for name, (dtype, _) in recorded(network, library).items()}
    needed = source_shapes(net_of(network), MAPPINGS[network, library]())
    assert {dtypes[name] for name in needed} == {"float32"}


@mapped
def test_no_source_tensor_and_no_layer_is_named_twice(network: str, library: str) -> None:
    pairs = MAPPINGS[network, library]().pairs
    modules = [pair.module for pair in pairs]
    assert len(set(modules)) == len(modules)


@mapped
def test_settings_name_layers_of_the_network(network: str, library: str) -> None:
    layers = {layer.name for layer in net_of(network).layers}
    assert set(MAPPINGS[network, library]().settings) <= layers


@mapped
def test_the_libraries_count_classes_from_zero(network: str, library: str) -> None:
    assert manifests()[network, library]["label_offset"] == 0


def test_a_network_is_mapped_or_refused_never_both() -> None:
    assert not {network for network, _ in MAPPINGS} & set(REFUSED)


@pytest.mark.parametrize("network", sorted(REFUSED))
def test_what_is_refused_is_in_the_zoo(network: str) -> None:
    assert network in catalogue()


def test_at_least_seventeen_networks_of_the_main_table_are_mapped() -> None:
    table = {name for name, entry in catalogue().items() if "multi12" in entry.errors.get("standard", {})}
    table |= {"resnet38a", "dpn-107-extra"}  # published with single crops alone
    assert len(table & {network for network, _ in MAPPINGS}) >= 17


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.title)
def test_a_source_says_what_the_library_says_of_its_model(source: Source) -> None:
    manifest = manifests()[source.network, source.library]
    assert source.title == manifest["source"]
    assert source.location == manifest["location"]
    assert source.licence == manifest["licence"]
    assert source.mean == pytest.approx(manifest["mean"])
    assert source.std == pytest.approx(manifest["std"])


def test_each_mapping_has_a_source() -> None:
    assert {(source.network, source.library) for source in SOURCES} == set(MAPPINGS)
