"""Plots are drawn, from whatever there is."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from report_store import FakeRun, mixed_table, timing, whole_table

from clsbench.engines.timed import LayerTime
from clsbench.errors import DataError
from clsbench.report.document import Document
from clsbench.report.layer_times import read_layers
from clsbench.report.plots.layers import layers_plot
from clsbench.report.plots.style import looks, save_plot
from clsbench.report.table_data import TableData
from clsbench.report.tables.crop_curve import crop_curve
from clsbench.report.tables.pareto import pareto
from clsbench.report.tables.table1 import table1
from clsbench.report.write import write_document
from clsbench.results.layers import write_layers

TableDataOf = Callable[[Iterable[FakeRun]], TableData]
LAYERS = [LayerTime("conv_1 $x$", "Convolution", 1.5, 3.0), LayerTime("prob", "Softmax", 0.1)]


@pytest.mark.parametrize(
    ("build", "runs"),
    [(table1, mixed_table), (crop_curve, whole_table), (crop_curve, list), (pareto, list), (pareto, whole_table)],
)
def test_a_plot_is_two_files(
    build: Callable[[TableData], Document],
    runs: Callable[[], Iterable[FakeRun]],
    table_data: TableDataOf,
    tmp_path: Path,
) -> None:
    (plot,) = build(table_data(runs())).plots
    files = save_plot(plot, tmp_path)
    assert [file.name for file in files] == [f"{plot.name}.png", f"{plot.name}.svg"]
    png, svg = (file.read_bytes() for file in files)
    assert png.startswith(b"\x89PNG")
    assert len(png) > 20_000
    assert svg.rstrip().endswith(b"</svg>")


def test_the_same_figures_are_the_same_file(table_data: TableDataOf, tmp_path: Path) -> None:
    (plot,) = pareto(table_data([timing("senet", 224, 30.0)])).plots
    first, second = ([path.read_bytes() for path in save_plot(plot, tmp_path)] for _ in range(2))
    assert first == second


def test_layers_are_drawn_from_the_file_that_a_timing_wrote(tmp_path: Path) -> None:
    write_layers(LAYERS, tmp_path / "layers.csv")
    layers = read_layers(tmp_path / "layers.csv")
    assert layers == LAYERS
    (png, _) = save_plot(layers_plot("layers", "a run called $x_1$ & <b>", layers), tmp_path)
    assert png.stat().st_size > 5_000


def test_a_file_without_layers_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "layers.csv"
    file.write_text("layer,type,forward_ms,backward_ms\n")
    with pytest.raises(DataError, match="no layers"):
        read_layers(file)
    file.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"no layers\.csv as"):
        read_layers(file)


def test_the_page_holds_its_plots(table_data: TableDataOf, tmp_path: Path) -> None:
    files = write_document(pareto(table_data([])), ("html",), tmp_path / "new")
    assert [file.name for file in files] == ["pareto.html", "pareto.png", "pareto.svg"]
    assert "data:image/svg+xml;base64," in files[0].read_text()


def test_no_two_series_of_seven_share_a_colour_or_a_marker() -> None:
    seven = [look for look, _ in zip(looks(), range(7), strict=False)]
    assert len({look.color for look in seven}) == len({look.marker for look in seven}) == 7
