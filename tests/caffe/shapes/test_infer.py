import pytest

from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.shapes import infer_shapes, output_of, outputs_of
from clsbench.errors import NetError

IMAGE: Shape = (1, 3, 8, 8)


def _relu(name: str, bottom: str, top: str) -> Layer:
    return Layer(name, "ReLU", (bottom,), (top,))


def test_shapes_go_from_layer_to_layer_and_in_place_layers_keep_theirs() -> None:
    convolution = Layer("conv", "Convolution", ("data",), ("conv",), {"num_output": 5, "kernel_size": (3,)})
    net = Net("n", {"data": IMAGE}, (convolution, _relu("relu", "conv", "conv")))
    first, second = infer_shapes(net)
    assert first.bottoms == (IMAGE,)
    assert first.tops == second.bottoms == second.tops == ((1, 5, 6, 6),)


def test_the_output_is_the_blob_that_no_layer_reads_in_its_last_version() -> None:
    net = Net("n", {"data": IMAGE}, (_relu("a", "data", "a"), _relu("b", "a", "b"), _relu("c", "b", "b")))
    assert output_of(net) == ("b", IMAGE)


def test_several_outputs_are_named() -> None:
    net = Net("n", {"data": IMAGE}, (_relu("a", "data", "a"), _relu("b", "data", "b")))
    with pytest.raises(NetError, match="2 outputs, 'a', 'b'"):
        output_of(net)
    assert outputs_of(net) == {"a": IMAGE, "b": IMAGE}


def test_a_net_that_silences_all_its_blobs_has_no_output() -> None:
    net = Net("n", {"data": IMAGE}, (_relu("a", "data", "a"), Layer("s", "Silence", ("a",), ())))
    with pytest.raises(NetError, match="no output"):
        output_of(net)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((), "has no size"),
        ((1, 3, 0, 8), "every size must be at least 1"),
        ((1, -3, 8, 8), "every size must be at least 1"),
        ((1, 3, 2**20, 2**20), "Caffe's largest blob"),
        ((1,) * 33, "at most 32"),
    ],
)
def test_an_input_that_no_blob_can_hold_is_refused(shape: Shape, words: str) -> None:
    with pytest.raises(NetError, match=words):
        infer_shapes(Net("n", {"data": shape}, (_relu("a", "data", "a"),)))


def test_hostile_settings_are_refused_before_anything_of_their_size_exists() -> None:
    tile = Layer("t", "Tile", ("data",), ("t",), {"tiles": 2**31 - 1})
    with pytest.raises(NetError, match="layer 't' of type Tile: blob 't'"):
        infer_shapes(Net("n", {"data": IMAGE}, (tile,)))
    dense = Layer("d", "InnerProduct", ("data",), ("d",), {"num_output": 2**31 - 1})
    with pytest.raises(NetError, match=r"layer 'd' .*2 GiB"):
        infer_shapes(Net("n", {"data": IMAGE}, (dense,)))
    doubling = [Layer(f"t{i}", "Tile", (f"b{i}",), (f"b{i + 1}",), {"tiles": 1}) for i in range(40)]
    with pytest.raises(NetError, match="16 GiB"):
        infer_shapes(Net("n", {"b0": (1, 1, 2**14, 2**14)}, tuple(doubling)))


def test_a_large_batch_is_no_hostile_net() -> None:
    infer_shapes(Net("n", {"data": (256, 64, 224, 224)}, tuple(_relu(f"{i}", "data", f"{i}") for i in range(100))))


def test_a_layer_in_place_may_not_change_its_blobs_shape() -> None:
    short = Layer("s", "Scale", ("data",), ("data",), {"bias_term": True})
    infer_shapes(Net("n", {"data": IMAGE}, (short,)))
    with pytest.raises(NetError, match="cannot, so give the top another name"):
        infer_shapes(Net("n", {"data": IMAGE}, (Layer("f", "Flatten", ("data",), ("data",)),)))
