"""A mapping is total on both sides, or says why it is not."""

from dataclasses import replace

import pytest

from clsbench.caffe.net import Net
from clsbench.errors import WeightsError
from clsbench.weights.mapping import WeightsMapping, mapped, source_shapes
from clsbench.weights.pairs import Norm, Product
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv


def test_the_sources_shapes_follow_from_caffes(small_net: Net, small_mapping: WeightsMapping) -> None:
    shapes = source_shapes(small_net, small_mapping)
    assert shapes["stem.conv.weight"] == (4, 3, 3, 3)
    assert shapes["stem.bn.running_var"] == shapes["stem.bn.weight"] == (4,)
    assert shapes["grouped.weight"] == (4, 2, 3, 3)
    assert shapes["grouped.bias"] == (4,)
    assert shapes["fc6.weight"] == (5, 4, 8, 8)
    assert shapes["fc7.weight"] == (6, 5)
    assert shapes["head.weight"] == (7, 6)


def test_a_convolution_without_bias_needs_none(small_net: Net, small_mapping: WeightsMapping) -> None:
    assert "stem.conv.bias" not in source_shapes(small_net, small_mapping)


def test_a_layer_without_a_module_is_an_error(small_net: Net, small_mapping: WeightsMapping) -> None:
    less = replace(small_mapping, pairs=small_mapping.pairs[:-1])
    with pytest.raises(WeightsError, match="layer 'classifier' has blobs, but no module of the source"):
        mapped(small_net, less)


def test_a_layer_that_the_network_has_not_is_an_error(small_net: Net, small_mapping: WeightsMapping) -> None:
    more = replace(small_mapping, pairs=(*small_mapping.pairs, Product("conv9", "conv9")))
    with pytest.raises(WeightsError, match="layer 'conv9': the network has no such blobs"):
        mapped(small_net, more)


def test_layers_that_share_a_module_are_refused_as_it_could_not_be_written_back(
    small_net: Net, small_mapping: WeightsMapping
) -> None:
    shared = replace(small_mapping, pairs=(*small_mapping.pairs[:-1], Product("classifier", "fc7", kernel=0)))
    with pytest.raises(WeightsError, match="module 'fc7' belongs to 2 layers: what several share cannot be written"):
        mapped(small_net, shared)


def test_a_layer_with_two_modules_is_an_error(small_net: Net, small_mapping: WeightsMapping) -> None:
    twice = replace(small_mapping, pairs=(*small_mapping.pairs, Product("fc7", "fc8")))
    with pytest.raises(WeightsError, match="layer 'fc7' has 2 modules"):
        mapped(small_net, twice)


def test_another_eps_is_another_architecture(small_net: Net, small_mapping: WeightsMapping) -> None:
    with pytest.raises(WeightsError, match=r"'conv1_bn' of type BatchNorm: eps is 1e-05, the source's is 0.001"):
        mapped(small_net, replace(small_mapping, eps=0.001))


def test_an_eps_that_the_settings_put_right_is_none(small_net: Net, small_mapping: WeightsMapping) -> None:
    other = replace(small_mapping, eps=0.001, settings={"conv1_bn": {"eps": 0.001}})
    layers = {layer.name: layer for layer in mapped(small_net, other).net.layers}
    assert layers["conv1_bn"].params["eps"] == 0.001


def test_a_first_convolution_in_groups_cannot_change_red_and_blue() -> None:
    net = NetBuilder("grouped", 8, Style())
    net.conv("conv1", Conv(6, 3, group=3))
    mapping = WeightsMapping((Product("conv1", "conv"),), eps=None)
    with pytest.raises(WeightsError, match="red and blue channels cannot be swapped"):
        mapped(net.net(), mapping)
    assert not mapped(net.net(), replace(mapping, rgb=False)).swapped


def test_all_reasons_are_listed_at_once(small_net: Net, small_mapping: WeightsMapping) -> None:
    wrong = replace(small_mapping, pairs=(Product("conv9", "conv9"),))
    with pytest.raises(WeightsError) as caught:
        mapped(small_net, wrong)
    assert str(caught.value).count("\n") == 8  # seven layers without a module, one without a layer


def test_only_the_first_convolution_sees_the_image(small_net: Net, small_mapping: WeightsMapping) -> None:
    assert mapped(small_net, small_mapping).swapped == {"conv1"}


def test_what_is_not_needed_goes_by_pattern(small_mapping: WeightsMapping) -> None:
    assert not small_mapping.needs("a.b.num_batches_tracked")
    assert not small_mapping.needs("aux.fc.weight")
    assert small_mapping.needs("fc7.weight")


def test_older_names_are_brought_up_to_date(small_mapping: WeightsMapping) -> None:
    assert small_mapping.name_now("old.conv.weight") == "stem.conv.weight"
    assert small_mapping.name_now("fc7.weight") == "fc7.weight"


def test_a_norm_names_both_of_its_layers() -> None:
    net = NetBuilder("norm", 8, Style())
    net.conv_norm("x", Conv(5))
    mapping = WeightsMapping((Product("x", "c"), Norm("x_bn", "x_scale", "n")), eps=1e-5)
    assert source_shapes(net.net(), mapping)["n.bias"] == (5,)
