"""The ONNX file as it is written by hand, read again by onnx."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from onnx import helper, numpy_helper

from clsbench.errors import NetError
from clsbench.onnx_export.graph import Tensor
from clsbench.onnx_export.model_file import write_model

MODEL = helper.make_model(helper.make_graph([], "graph", [], []), producer_name="test")
TENSORS = st.one_of(
    arrays(np.float32, array_shapes(min_dims=0, max_dims=4, min_side=0), elements=st.floats(width=32)),
    arrays(np.int64, array_shapes(min_dims=0, max_dims=2)),
)


@settings(deadline=None, max_examples=50)
@given(tensors=st.dictionaries(st.text(max_size=200), TENSORS, max_size=5))
def test_onnx_reads_the_tensors_that_were_written(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, Tensor]
) -> None:
    path = tmp_path_factory.mktemp("file") / "net.onnx"
    write_model(MODEL, tensors, path)
    model = onnx.load(path)
    assert (model.producer_name, model.graph.name) == ("test", "graph")
    read = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert list(read) == list(tensors)
    for name, values in tensors.items():
        assert read[name].dtype == values.dtype
        np.testing.assert_array_equal(read[name], values)


def test_tensors_whose_numbers_do_not_lie_side_by_side_are_written_in_order(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3).T
    write_model(MODEL, {"w": values}, tmp_path / "net.onnx")
    (tensor,) = onnx.load(tmp_path / "net.onnx").graph.initializer
    np.testing.assert_array_equal(numpy_helper.to_array(tensor), values)


def test_more_than_2_gib_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    large = np.broadcast_to(np.float32(0), (2**29 + 1,))  # one number in memory
    with pytest.raises(NetError, match=r"net.onnx: 2.00 GiB of weights, but an ONNX file ends at 2 GiB"):
        write_model(MODEL, {"w": large}, tmp_path / "net.onnx")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_an_error_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(NetError, match=r"missing/net.onnx: cannot write the ONNX file"):
        write_model(MODEL, {}, tmp_path / "missing" / "net.onnx")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left on device")

    (tmp_path / "net.onnx").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", no_space)
    with pytest.raises(NetError, match="no space left"):
        write_model(MODEL, {}, tmp_path / "net.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]
    assert (tmp_path / "net.onnx").read_bytes() == b"old"
