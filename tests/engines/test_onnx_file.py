from pathlib import Path
from typing import Any

import pytest

from clsbench.engines.onnx_file import loaded_onnx
from clsbench.errors import EngineError


def test_a_file_comes_with_its_weights(small: Any) -> None:
    graph = loaded_onnx("any", small.network.onnx()).graph
    assert [tensor.name for tensor in graph.initializer] == ["weight", "bias"]


def test_a_damaged_or_absent_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no network")
    for path in (damaged, tmp_path / "absent.onnx"):
        with pytest.raises(EngineError, match=f"engine=any: .*{path.name} cannot be opened"):
            loaded_onnx("any", path)
