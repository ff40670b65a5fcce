"""Names of blobs that are written in place."""

from clsbench.caffe.net import Layer, Net
from clsbench.lowering.single_assignment import single_assignment

SHAPE = (1, 3, 4, 4)


def blobs_of(net: Net) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(layer.bottoms, layer.tops) for layer in net.layers]


def test_the_last_writer_keeps_the_name_and_earlier_ones_say_who_wrote() -> None:
    layers = (
        Layer("conv1", "Convolution", ("data",), ("conv1",)),
        Layer("bn1", "BatchNorm", ("conv1",), ("conv1",)),
        Layer("relu1", "ReLU", ("conv1",), ("conv1",)),
        Layer("pool", "Pooling", ("conv1",), ("pool",)),
    )
    assert blobs_of(single_assignment(Net("net", {"data": SHAPE}, layers))) == [
        (("data",), ("conv1.conv1",)),
        (("conv1.conv1",), ("conv1.bn1",)),
        (("conv1.bn1",), ("conv1",)),
        (("conv1",), ("pool",)),
    ]


def test_a_reader_gets_the_content_of_its_time() -> None:
    layers = (
        Layer("a", "TanH", ("data",), ("a",)),
        Layer("early", "ReLU", ("a",), ("early",)),
        Layer("over", "ReLU", ("a",), ("a",)),
        Layer("late", "ReLU", ("a",), ("late",)),
    )
    net = single_assignment(Net("net", {"data": SHAPE}, layers))
    assert net.layers[1].bottoms == ("a.a",)
    assert net.layers[3].bottoms == ("a",)


def test_an_input_keeps_its_name_as_it_comes_in() -> None:
    layers = (Layer("shift", "Power", ("data",), ("data",)), Layer("relu", "ReLU", ("data",), ("y",)))
    net = single_assignment(Net("net", {"data": SHAPE}, layers))
    assert blobs_of(net) == [(("data",), ("data.shift",)), (("data.shift",), ("y",))]


def test_a_name_that_is_taken_is_numbered() -> None:
    layers = (
        Layer("a", "TanH", ("data",), ("a",)),
        Layer("b", "TanH", ("data",), ("a.a",)),
        Layer("over", "ReLU", ("a",), ("a",)),
    )
    net = single_assignment(Net("net", {"data": SHAPE}, layers))
    assert [layer.tops for layer in net.layers] == [("a.a_2",), ("a.a",), ("a",)]


def test_layers_without_anything_to_change_are_the_same_objects() -> None:
    layers = (Layer("a", "TanH", ("data",), ("a",)), Layer("b", "ReLU", ("a",), ("b",)))
    net = single_assignment(Net("net", {"data": SHAPE}, layers))
    assert all(before is after for before, after in zip(layers, net.layers, strict=True))
