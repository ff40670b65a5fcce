import pytest

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.validity import check_net
from clsbench.errors import NetError

INPUT = {"data": (1, 3, 8, 8)}


def _refusal(*layers: Layer) -> str:
    with pytest.raises(NetError) as caught:
        check_net(Net("n", INPUT, layers))
    return str(caught.value)


def test_a_bottom_that_nobody_writes_is_named() -> None:
    assert "layer 'a' of type ReLU: reads blob 'dta', which no layer writes" in _refusal(
        Layer("a", "ReLU", ("dta",), ("a",))
    )


def test_a_cycle_is_named_with_the_layer_that_comes_too_late() -> None:
    first, second = Layer("a", "Eltwise", ("data", "b"), ("a",)), Layer("b", "ReLU", ("a",), ("b",))
    assert "reads blob 'b' before layer 'b' of type ReLU writes it" in _refusal(first, second)
    assert "a net cannot have a cycle" in _refusal(Layer("a", "ReLU", ("a",), ("a",)))


def test_a_blob_has_one_writer_unless_a_layer_works_in_place() -> None:
    first = Layer("a", "ReLU", ("data",), ("a",), line=7)
    check_net(Net("n", INPUT, (first, Layer("b", "ReLU", ("a",), ("a",)))))
    assert "writes blob 'a', which layer 'a' of type ReLU (line 7) writes already" in _refusal(
        first, Layer("b", "ReLU", ("data",), ("a",))
    )
    assert "which the input writes already" in _refusal(
        Layer("b", "Pooling", ("data",), ("a",)), Layer("c", "ReLU", ("a",), ("data",))
    )
    assert "writes already" in _refusal(Layer("s", "Split", ("data",), ("a", "a")))


@pytest.mark.parametrize("layer_type", ["Pooling", "Flatten", "LRN", "Softplus"])
def test_a_layer_that_cannot_work_in_place_or_is_not_known_is_refused(layer_type: str) -> None:
    assert layer_type in _refusal(Layer("a", layer_type, ("data",), ("data",)))


def test_a_sum_may_not_overwrite_one_of_its_bottoms() -> None:
    assert "over its own bottom" in _refusal(
        Layer("a", "ReLU", ("data",), ("a",)), Layer("b", "Eltwise", ("a", "data"), ("a",))
    )


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Layer("a", "ReLU", (), ("a",)), "has 0 bottoms, but takes 1"),
        (Layer("a", "Eltwise", ("data",), ("a",)), "has 1 bottoms, but takes at least 2"),
        (Layer("a", "Scale", ("data",) * 3, ("a",)), "has 3 bottoms, but takes at most 2"),
        (Layer("a", "Silence", ("data",), ("a",)), "has 1 tops, but takes 0"),
    ],
)
def test_the_number_of_blobs_must_be_the_types(layer: Layer, words: str) -> None:
    assert words in _refusal(layer)


def test_statistics_of_the_batch_are_refused() -> None:
    norm = Layer("bn", "BatchNorm", ("data",), ("data",), {"use_global_stats": False})
    assert "makes an image's scores depend on the others in its batch" in _refusal(norm)
    check_net(Net("n", INPUT, (Layer("bn", "BatchNorm", ("data",), ("data",)),)))


def test_layers_with_weights_have_names_of_their_own() -> None:
    relus = (Layer("a", "ReLU", ("data",), ("data",)), Layer("a", "ReLU", ("data",), ("data",)))
    check_net(Net("n", INPUT, relus))
    assert "weights are matched by name" in _refusal(relus[0], Layer("a", "BatchNorm", ("data",), ("data",)))


def test_a_net_without_input_is_refused() -> None:
    with pytest.raises(NetError, match="network 'n' has no input"):
        check_net(Net("n", {}, ()))
