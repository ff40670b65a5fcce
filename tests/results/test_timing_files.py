"""latency.parquet, layers.csv and the plots."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clsbench.engines.timed import LayerTime
from clsbench.results.latency import write_latency
from clsbench.results.layers import write_layers
from clsbench.results.timing_plots import summed_by_type, write_timing_plots

LAYERS = [LayerTime("a", "ReLU", 1.0), LayerTime("b", "Convolution", 5.0, 2.0), LayerTime("c", "ReLU", 1.5)]


@pytest.mark.parametrize("backward", [[], [3.0], [3.0, 4.0, 5.0]])
def test_every_call_is_a_row_and_what_is_missing_is_null(tmp_path: Path, backward: list[float]) -> None:
    write_latency([1.0, 2.0], backward, tmp_path / "latency.parquet")
    columns = pq.read_table(tmp_path / "latency.parquet").to_pydict()
    rows = max(2, len(backward))
    assert columns["iteration"] == list(range(rows))
    assert columns["forward_ms"] == [1.0, 2.0] + [None] * (rows - 2)
    assert columns["backward_ms"] == backward + [None] * (rows - len(backward))


def test_layers_are_in_their_order_and_a_backward_that_is_missing_is_empty(tmp_path: Path) -> None:
    write_layers(LAYERS, tmp_path / "layers.csv")
    assert (tmp_path / "layers.csv").read_text().splitlines() == [
        "layer,type,forward_ms,backward_ms",
        "a,ReLU,1.000000,",
        "b,Convolution,5.000000,2.000000",
        "c,ReLU,1.500000,",
    ]


def test_types_are_summed_the_slowest_first() -> None:
    assert summed_by_type(LAYERS) == [
        LayerTime("Convolution", "Convolution", 5.0, 2.0),
        LayerTime("ReLU", "ReLU", 2.5),
    ]


def test_plots_are_pictures_of_what_there_is(tmp_path: Path) -> None:
    write_timing_plots(LAYERS, [1.0, 2.0], "title with $ and _", tmp_path / "all")
    names = {path.name for path in (tmp_path / "all").iterdir()}
    assert names == {"layer_types.png", "layers.png", "latency.png"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (tmp_path / "all").iterdir())
    write_timing_plots([], [1.0], "title", tmp_path / "few")
    assert [path.name for path in (tmp_path / "few").iterdir()] == ["latency.png"]
