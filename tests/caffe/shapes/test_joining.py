import pytest

from clsbench.caffe.net import Layer, Net, Shape, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


def _tops(
    layer_type: str, shapes: list[Shape], params: dict[str, Value] | None = None, tops: int = 1
) -> tuple[Shape, ...]:
    inputs = {f"in{index}": shape for index, shape in enumerate(shapes)}
    layer = Layer("it", layer_type, tuple(inputs), tuple(f"out{index}" for index in range(tops)), params or {})
    return infer_shapes(Net("n", inputs, (layer,)))[0].tops


@pytest.mark.parametrize("factor", [(2, 3), (2, 3, 1, 1)])
def test_axpy_has_one_factor_a_channel(factor: Shape) -> None:
    assert _tops("Axpy", [factor, (2, 3, 4, 5), (2, 3, 4, 5)]) == ((2, 3, 4, 5),)


@pytest.mark.parametrize(
    "shapes", [[(2, 4), (2, 3, 4, 5), (2, 3, 4, 5)], [(2, 3), (2, 3, 4, 5), (2, 3, 5, 4)], [(2, 3), (2, 3), (2, 3)]]
)
def test_axpy_refuses_other_factors_and_unequal_images(shapes: list[Shape]) -> None:
    with pytest.raises(NetError, match="layer 'it' of type Axpy"):
        _tops("Axpy", shapes)


def test_what_cannot_be_joined_is_named_with_its_size() -> None:
    with pytest.raises(NetError, match=r"'in1' \(1x3x5x5\) to 'in0' \(1x3x4x4\) along axis 1"):
        _tops("Concat", [(1, 3, 4, 4), (1, 3, 5, 5)])
    with pytest.raises(NetError, match=r"'in1' \(1x3\) and 'in0' \(1x4\)"):
        _tops("Eltwise", [(1, 4), (1, 3)])


def test_a_split_gives_the_blob_to_every_top() -> None:
    assert _tops("Split", [(2, 3)], tops=3) == ((2, 3),) * 3


def test_a_slice_cuts_at_its_points() -> None:
    assert _tops("Slice", [(1, 7, 2)], {"slice_point": (2, 6)}, tops=3) == ((1, 2, 2), (1, 4, 2), (1, 1, 2))
