"""A runtime's nodes, called like Caffe's layers or after them."""

from clsbench.engines.timed import LayerTime
from clsbench.timing.caffe_layers import by_caffe_layer

TYPES = {"conv1": "Convolution", "fc/1": "InnerProduct"}


def test_a_node_gets_its_layers_type() -> None:
    assert by_caffe_layer([LayerTime("conv1", "Conv", 1.0)], TYPES) == [LayerTime("conv1", "Convolution", 1.0)]


def test_the_nodes_of_one_layer_are_summed() -> None:
    times = [LayerTime("fc/1/Reshape", "Reshape", 1.0), LayerTime("fc/1", "Gemm", 2.0)]
    assert by_caffe_layer(times, TYPES) == [LayerTime("fc/1", "InnerProduct", 3.0)]


def test_what_the_runtime_added_keeps_its_own_name() -> None:
    times = [LayerTime("ReorderOutput", "ReorderOutput", 1.0), LayerTime("ReorderOutput", "ReorderOutput", 1.0)]
    assert by_caffe_layer(times, TYPES) == [LayerTime("ReorderOutput", "ReorderOutput", 2.0)]


def test_backwards_are_summed_where_there_are_any() -> None:
    times = [LayerTime("conv1/Pad", "Pad", 1.0), LayerTime("conv1", "Conv", 2.0, 3.0), LayerTime("x", "Relu", 1.0)]
    assert by_caffe_layer([*times, LayerTime("conv1", "Conv", 1.0, 1.0)], TYPES) == [
        LayerTime("conv1", "Convolution", 4.0, 4.0),
        LayerTime("x", "Relu", 1.0),
    ]
