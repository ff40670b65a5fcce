"""Which Dropout and Split layers go, and which must stay."""

from clsbench.caffe.net import Layer, Net
from clsbench.lowering.drop_inference_noops import drop_inference_noops

TANH = Layer("a", "TanH", ("data",), ("a",))


def left(*layers: Layer) -> list[tuple[str, tuple[str, ...]]]:
    net = drop_inference_noops(Net("net", {"data": (1, 3)}, layers))
    return [(layer.name, layer.bottoms) for layer in net.layers]


def test_dropout_in_place_goes() -> None:
    assert left(TANH, Layer("drop", "Dropout", ("a",), ("a",)), Layer("y", "ReLU", ("a",), ("y",))) == [
        ("a", ("data",)),
        ("y", ("a",)),
    ]


def test_readers_of_a_dropped_top_read_its_bottom() -> None:
    drops = (Layer("one", "Dropout", ("a",), ("b",)), Layer("two", "Dropout", ("b",), ("c",)))
    assert left(TANH, *drops, Layer("y", "ReLU", ("c",), ("y",))) == [("a", ("data",)), ("y", ("a",))]


def test_split_goes_where_all_its_tops_are_read() -> None:
    split = Layer("split", "Split", ("a",), ("b", "c"))
    assert left(TANH, split, Layer("y", "Eltwise", ("b", "c"), ("y",))) == [("a", ("data",)), ("y", ("a", "a"))]


def test_an_output_keeps_its_name() -> None:
    assert left(TANH, Layer("drop", "Dropout", ("a",), ("y",))) == [("a", ("data",)), ("drop", ("a",))]


def test_an_output_that_is_dropped_out_twice_keeps_its_name() -> None:
    drops = (Layer("drop", "Dropout", ("a",), ("y",)), Layer("again", "Dropout", ("y",), ("y",)))
    assert left(TANH, *drops) == [("a", ("data",)), ("drop", ("a",))]


def test_a_top_that_is_written_again_stays_a_blob_of_its_own() -> None:
    drop, over = Layer("drop", "Dropout", ("a",), ("b",)), Layer("over", "ReLU", ("b",), ("b",))
    names = [name for name, _ in left(TANH, drop, over, Layer("y", "Eltwise", ("a", "b"), ("y",)))]
    assert names == ["a", "drop", "over", "y"]


def test_a_bottom_that_is_written_again_leaves_the_top_as_it_was() -> None:
    drop, over = Layer("drop", "Dropout", ("a",), ("b",)), Layer("over", "ReLU", ("a",), ("a",))
    names = [name for name, _ in left(TANH, drop, over, Layer("y", "Eltwise", ("a", "b"), ("y",)))]
    assert names == ["a", "drop", "over", "y"]


def test_silence_stays() -> None:
    assert [name for name, _ in left(TANH, Layer("quiet", "Silence", ("a",), ()))] == ["a", "quiet"]
