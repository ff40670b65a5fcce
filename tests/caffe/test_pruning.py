import pytest

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.pruning import with_output
from clsbench.caffe.shapes import output_of
from clsbench.errors import NetError


def test_only_what_the_output_needs_stays_in_its_order() -> None:
    layers = (
        Layer("a", "ReLU", ("data",), ("a",)),
        Layer("a2", "Sigmoid", ("a",), ("a",)),
        Layer("side", "ReLU", ("a",), ("side",)),
        Layer("b", "Eltwise", ("a", "data"), ("b",)),
    )
    net = Net("n", {"data": (1, 3, 4, 4)}, layers)
    pruned = with_output(net, "b")
    assert [layer.name for layer in pruned.layers] == ["a", "a2", "b"]
    assert output_of(pruned)[0] == "b"
    with pytest.raises(NetError, match="no layer writes blob 'c'"):
        with_output(net, "c")
