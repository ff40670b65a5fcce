"""Shapes, parameters and cost of every published network."""

from collections.abc import Callable
from dataclasses import replace
from math import prod

import pytest
from kept_facts import published_networks

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.macs import macs
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.prototxt import parse_prototxt
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.shapes import infer_shapes, outputs_of
from clsbench.caffe.sizes import check_size, with_input_size
from clsbench.errors import NetError

PublishedNet = Callable[[str], Net]

NAMES = """
air101 air14-1x16d air14-1x8d air152 air26-1x16d air26-1x32d air50-1x16d air50-1x32d airx101-32x4d airx50-24x4d
densenet121 densenet201 dpn-107-extra dpn-131 dpn-68-extra dpn-92 dpn-98 inception-resnet-v2 inception-v1-dsd
inception-v1-tf inception-v2-tf inception-v3 inception-v4 resnet10-1x32d resnet10-1x48d resnet10-1x64d resnet10-1x96d
resnet101-v2 resnet101 resnet152-v2 resnet152 resnet18-1x128d resnet18-1x16d resnet18-1x32d resnet18-1x48d
resnet18-1x64d resnet18-1x96d resnet18-priv resnet269-v2 resnet38a resnet50 resnext101-32x4d resnext101-64x4d
resnext26-32x4d-priv resnext50-32x4d se-inception-v2 se-resnet101 se-resnet152 se-resnet50-hik se-resnet50
se-resnext101-32x4d se-resnext50-32x4d senet vgg13-pytorch vgg13bn-pytorch vgg16-3c4x vgg16-5x vgg16-dsd vgg16-pytorch
vgg16-tf vgg16bn-pytorch vgg19-pytorch vgg19bn-pytorch wrn50-2 xception-dw xception
"""
WITH_FIXED_POOL = "se-inception-v2 se-resnet50 se-resnet101 se-resnet152 se-resnext50-32x4d se-resnext101-32x4d senet"


@pytest.mark.parametrize("name", NAMES.split())
def test_a_published_network_has_the_published_blobs_parameters_and_output(
    name: str, published_net: PublishedNet
) -> None:
    net, about = published_net(name), published_networks()[name]
    blobs = [blob_shapes(layer, found.bottoms) for layer, found in zip(net.layers, infer_shapes(net), strict=True)]
    assert blobs == list(about.blobs)
    assert sum(prod(shape) for shapes in blobs for shape in shapes) == about.parameters
    assert outputs_of(net)["prob"] == about.output_shape


@pytest.mark.parametrize("name", NAMES.split())
def test_a_published_network_costs_the_published_macs_at_both_sizes(name: str, published_net: PublishedNet) -> None:
    net, about = published_net(name), published_networks()[name]
    assert _macs(net, about.crop_size["small"]) == about.macs["small"]
    if about.macs["large"] is not None:
        assert _macs(net, about.crop_size["large"]) == about.macs["large"]
    else:
        with pytest.raises(NetError, match="cannot take size"):
            check_size(net, about.crop_size["large"])


@pytest.mark.parametrize("name", WITH_FIXED_POOL.split())
def test_a_published_network_with_a_fixed_final_pool_takes_the_large_size_through_a_global_one(
    name: str, published_net: PublishedNet
) -> None:
    net, about = published_net(name), published_networks()[name]
    pooled = _with_global_pool(net, about.final_pool)
    assert _macs(pooled, about.crop_size["large"]) == about.macs_with_global_pool["large"]


@pytest.mark.parametrize("name", NAMES.split())
def test_a_published_network_comes_back_from_its_own_text(name: str, published_net: PublishedNet) -> None:
    net = published_net(name)
    assert parse_prototxt(prototxt_text(net), name) == net


@pytest.mark.pycaffe
@pytest.mark.parametrize("name", ["inception-resnet-v2", "resnet101-v2", "se-inception-v2", "vgg16-5x", "xception"])
def test_every_blob_of_a_published_network_is_pycaffes(
    name: str,
    published_net: PublishedNet,
    pycaffe_shapes: Callable[[Net], tuple[dict[str, Shape], dict[str, tuple[Shape, ...]]] | None],
) -> None:
    net = published_net(name)
    caffe = pycaffe_shapes(net)
    assert caffe is not None
    blobs: dict[str, Shape] = {}
    for layer, found in zip(net.layers, infer_shapes(net), strict=True):
        blobs.update(zip(layer.tops, found.tops, strict=True))
        assert caffe[1].get(layer.name, ()) == blob_shapes(layer, found.bottoms)
    assert {blob: caffe[0][blob] for blob in blobs} == blobs


def _macs(net: Net, size: int) -> int:
    return macs(with_input_size(net, size))


def _with_global_pool(net: Net, name: str) -> Net:
    def pooled(layer: Layer) -> Layer:
        return replace(layer, params={"pool": layer.params["pool"], "global_pooling": True})

    return replace(net, layers=tuple(pooled(layer) if layer.name == name else layer for layer in net.layers))
