"""Split on real pycaffe and exported."""

from collections.abc import Callable

import pytest

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


def test_tops_that_are_outputs_hold_what_the_bottom_holds(agrees: Callable[..., None]) -> None:
    agrees(Net("net", {"x": (2, 3)}, (Layer("s", "Split", ("x",), ("a", "b")),)))


def test_tops_that_are_written_again_are_blobs_of_their_own(agrees: Callable[..., None]) -> None:
    layers = (
        Layer("twice", "Power", ("x",), ("twice",), {"scale": 2.0}),
        Layer("s", "Split", ("twice",), ("a", "b")),
        Layer("sum", "Eltwise", ("a", "b"), ("sum",)),
    )
    agrees(Net("net", {"x": (2, 3)}, layers))
