"""Dropout on real pycaffe and exported."""

from collections.abc import Callable

import pytest

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


def test_dropout_as_the_output_changes_nothing(agrees: Callable[..., None]) -> None:
    agrees(Net("net", {"x": (2, 3)}, (Layer("drop", "Dropout", ("x",), ("y",)),)))
