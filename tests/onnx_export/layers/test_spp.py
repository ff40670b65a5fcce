"""SPP on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    levels=st.integers(1, 3),
    pool=st.sampled_from(["MAX", "AVE"]),
    image=st.tuples(st.integers(4, 13), st.integers(4, 13)),
)
def test_a_pyramid_gives_what_caffe_gives(
    agrees: Callable[..., None], levels: int, pool: str, image: tuple[int, int]
) -> None:
    net = Net(
        "net",
        {"x": (2, 3, *image)},
        (Layer("spp", "SPP", ("x",), ("y",), {"pyramid_height": levels, "pool": pool}),),
    )
    try:
        infer_shapes(net)
    except NetError as error:
        assert "must be less than the kernel" in str(error)  # noqa: PT017 -- Caffe's own CHECK on pads of 5 by 4 bins
        return
    agrees(net)


def test_more_levels_than_pixels_are_refused() -> None:
    layer = Layer("spp", "SPP", ("x",), ("y",), {"pyramid_height": 4, "pool": "MAX"})
    with pytest.raises(NetError, match="pyramid_height 4 must be"):
        infer_shapes(Net("net", {"x": (2, 3, 7, 9)}, (layer,)))
