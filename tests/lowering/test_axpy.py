"""What Axpy becomes; that it computes the same is seen in tests/onnx_export/layers/test_axpy.py."""

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import infer_shapes
from clsbench.lowering.axpy import axpy

SUM = Layer("sum", "Axpy", ("a", "x", "y"), ("sum",), line=7)
RELU = Layer("relu", "ReLU", ("sum",), ("sum",))


def inputs(*gate: int) -> dict[str, tuple[int, ...]]:
    return {"a": gate, "x": (2, 3, 4, 5), "y": (2, 3, 4, 5)}


def test_a_gate_with_an_image_is_flattened_first() -> None:
    net = axpy(Net("net", inputs(2, 3, 1, 1), (SUM, RELU)))
    assert [(layer.name, layer.type, layer.bottoms, layer.tops) for layer in net.layers] == [
        ("sum_gate", "Reshape", ("a",), ("sum_gate",)),
        ("sum_scaled", "Scale", ("x", "sum_gate"), ("sum_scaled",)),
        ("sum", "Eltwise", ("sum_scaled", "y"), ("sum",)),
        ("relu", "ReLU", ("sum",), ("sum",)),
    ]
    assert infer_shapes(net)[2].tops == ((2, 3, 4, 5),)


def test_a_gate_of_channels_alone_is_taken_as_it_is() -> None:
    net = axpy(Net("net", inputs(2, 3), (SUM,)))
    assert [layer.type for layer in net.layers] == ["Scale", "Eltwise"]
    assert infer_shapes(net)[1].tops == ((2, 3, 4, 5),)


def test_names_that_are_taken_are_numbered() -> None:
    other = Layer("sum_scaled", "ReLU", ("x",), ("sum_scaled",))
    net = axpy(Net("net", inputs(2, 3), (other, SUM)))
    assert [layer.name for layer in net.layers] == ["sum_scaled", "sum_scaled_2", "sum"]
    assert [layer.tops[0] for layer in net.layers] == ["sum_scaled", "sum_scaled_2", "sum"]


def test_a_net_without_axpy_is_the_same_object() -> None:
    net = Net("net", inputs(2, 3), (Layer("y", "ReLU", ("x",), ("z",)),))
    assert axpy(net) is net
