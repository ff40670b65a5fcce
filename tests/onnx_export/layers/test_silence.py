"""Silence on real pycaffe and exported."""

from collections.abc import Callable

import pytest

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


def test_a_silenced_blob_is_no_output(agrees: Callable[..., None]) -> None:
    layers = (
        Layer("cut", "Slice", ("x",), ("a", "b")),
        Layer("quiet", "Silence", ("a",), ()),
        Layer("y", "ReLU", ("b",), ("y",)),
    )
    agrees(Net("net", {"x": (2, 4)}, layers))
