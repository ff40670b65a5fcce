"""Each generated network is the published one: layer by layer, blob by blob, to the last multiplication."""

from math import prod
from pathlib import Path

import pytest
from kept_facts import published_networks
from layer_checks import as_caffe_sees_it, check_of

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.macs import macs
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.shapes import infer_shapes
from clsbench.caffe.sizes import with_input_size
from clsbench.zoo.catalogue import Entry, generated, read_catalogue
from clsbench.zoo.global_pool import with_global_final_pool
from clsbench.zoo.main_output import with_main_output_only

CONF_MODEL = Path(__file__).resolve().parents[2] / "conf" / "model"
WITHOUT_FACTS = ("mobilenet-v1-1.0", "squeezenet-v1.0")
NAMES = [name for name in read_catalogue(CONF_MODEL) if name not in WITHOUT_FACTS]
each_network = pytest.mark.parametrize("name", NAMES)


def _blobs(net: Net) -> list[tuple[str, tuple[Shape, ...]]]:
    shapes = infer_shapes(net)
    return [(layer.name, blob_shapes(layer, at.bottoms)) for layer, at in zip(net.layers, shapes, strict=True)]


def _parameters(net: Net) -> int:
    return sum(prod(shape) for _, blobs in _blobs(net) for shape in blobs)


def _described(layer: Layer) -> tuple[object, ...]:
    return layer.name, layer.type, layer.bottoms, layer.tops, as_caffe_sees_it(layer)


def test_every_published_network_is_in_the_zoo() -> None:
    assert set(published_networks()) == set(NAMES)
    assert len(NAMES) == 66


@each_network
def test_the_layers_are_the_published_ones(name: str, catalogue: dict[str, Entry]) -> None:
    wanted, made = published_networks()[name].checks, generated(catalogue[name]).layers
    assert [layer.name for layer, check in zip(made, wanted, strict=True) if check_of(layer) != check] == []


@each_network
def test_the_weights_are_the_published_ones(name: str, catalogue: dict[str, Entry]) -> None:
    published, net = published_networks()[name], generated(catalogue[name])
    assert [shapes for _, shapes in _blobs(with_input_size(net, published.input_size))] == list(published.blobs)
    assert _parameters(net) == published.parameters


@each_network
def test_the_multiplications_are_the_published_ones_at_both_sizes(name: str, catalogue: dict[str, Entry]) -> None:
    published, net = published_networks()[name], generated(catalogue[name])
    pooled = with_global_final_pool(net)
    for size, crop in published.crop_size.items():
        if published.macs[size] is not None:
            assert macs(with_input_size(net, crop)) == published.macs[size]
        if published.macs_with_global_pool[size] is not None:
            assert macs(with_input_size(pooled, crop)) == published.macs_with_global_pool[size]


def test_the_weights_of_18_networks_have_the_size_of_the_published_download(catalogue: dict[str, Entry]) -> None:
    stated = {name: published_networks()[name].download_mib for name in NAMES if name != "xception-dw"}
    known = {name: mib for name, mib in stated.items() if mib is not None}
    computed = {name: _parameters(generated(catalogue[name])) * 4 / 2**20 for name in known}

    assert len(known) == 18
    for name, mib in known.items():
        # besides the weights a caffemodel holds each layer's names and settings, some hundred bytes a layer
        around = len(generated(catalogue[name]).layers) * 150 / 2**20
        assert abs(computed[name] + around - mib) <= 0.1, name
    assert {name: catalogue[name].published_mib for name in known} == known


@pytest.mark.shared
def test_squeezenet_is_the_one_of_its_prototxt(catalogue: dict[str, Entry], shared: Path) -> None:
    wanted = read_prototxt(shared / "squeezenet" / "deploy.prototxt")
    made = generated(catalogue["squeezenet-v1.0"])

    assert list(map(_described, made.layers)) == list(map(_described, wanted.layers))
    assert made.inputs == wanted.inputs


def test_mobilenet_has_the_weights_of_its_nearest_relative(catalogue: dict[str, Entry]) -> None:
    made = generated(catalogue["mobilenet-v1-1.0"])
    names = [layer.name for layer in made.layers]

    assert _parameters(made) == 4_253_891
    assert round(_parameters(made) * 4 / 2**20, 2) == 16.23
    assert names[:9] == [
        *("conv1", "conv1/bn", "conv1/scale", "relu1"),
        *("conv2_1/dw", "conv2_1/dw/bn", "conv2_1/dw/scale", "relu2_1/dw", "conv2_1/sep"),
    ]
    assert names[-7:] == ["conv6/sep", "conv6/sep/bn", "conv6/sep/scale", "relu6/sep", "pool6", "fc7", "prob"]


def test_googlenet_without_its_auxiliary_classifiers_has_one_output_and_takes_the_large_size(
    catalogue: dict[str, Entry],
) -> None:
    net = generated(catalogue["inception-v1-dsd"])
    cut = with_global_final_pool(with_main_output_only(net))

    assert [layer.name for layer in net.layers if layer not in with_main_output_only(net).layers] == [
        f"loss{head}/{part}"
        for head in (1, 2)
        for part in ("ave_pool", "conv", "relu_conv", "fc", "relu_fc", "drop_fc", "classifier")
    ]
    assert infer_shapes(with_input_size(cut, 320))[-1].tops == ((1, 1000),)
