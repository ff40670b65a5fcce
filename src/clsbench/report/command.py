"""One report, from the command-line arguments to its files: the job of ``python -m clsbench.report``."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from clsbench.config import CONF, defaults
from clsbench.console.terminal import console
from clsbench.errors import ConfigError
from clsbench.report.cells import DATASET
from clsbench.report.document import Document, Plot, in_plain_text
from clsbench.report.formats.terminal import terminal_table
from clsbench.report.layer_times import read_layers
from clsbench.report.layout import Request
from clsbench.report.networks import read_networks
from clsbench.report.origin import origin
from clsbench.report.plots.layers import layers_plot
from clsbench.report.run import Run
from clsbench.report.runs import Store
from clsbench.report.table_data import TableData
from clsbench.report.tables.crop_curve import crop_curve
from clsbench.report.tables.lite import lite
from clsbench.report.tables.pareto import pareto
from clsbench.report.tables.pictures import bars, heatmap
from clsbench.report.tables.pivot import pivot
from clsbench.report.tables.precision import precision
from clsbench.report.tables.table1 import table1
from clsbench.report.tables.table3 import table3
from clsbench.report.where import Condition, parse_where
from clsbench.report.write import write_document
from clsbench.tracking.report_artifacts import log_report
from clsbench.tracking.saved_views import LATEST, TABLE_1, TABLE_3, run_link

_ERRORS, _TIMES = ("evaluate",), ("time",)
_TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[TableData], Document]]] = {
    "table1": (_ERRORS, table1),
    "table3": (_TIMES, table3),
    "lite": (_ERRORS + _TIMES, lite),
    "crop_curve": (_ERRORS, crop_curve),
    "pareto": (_ERRORS + _TIMES, pareto),
}
_WITH_IMAGES = {"precision": (_ERRORS + _TIMES, precision)}  # also read the runs' predictions
_OF_ANY_RUNS = {"table": pivot, "heatmap": heatmap, "bars": bars}
_VIEWS = {"table1": TABLE_1, "table3": TABLE_3}


def report(options: argparse.Namespace) -> Document:
    """The report, shown and written. Raises ClsbenchError if it cannot be made."""
    known = defaults()
    store = Store(options.tracking_uri or known.tracking_uri, options.experiment or known.experiment)
    document = _document(options, store)
    folder = options.output or known.outputs / "reports" / options.table
    files = write_document(document, options.format, folder.expanduser().absolute())
    _show(document, files)
    if options.log is not None:
        parent = log_report(store.uri, store.experiment, options.log or options.sweep, files, options.table)
        link = run_link(store.shown_uri, parent.experiment_id, parent.run_id)
        console.print(f"kept with {parent.name}: {link}", markup=False)
    return document


def _document(options: argparse.Namespace, store: Store) -> Document:
    tasks, build = _TABLES.get(options.table, ((*_ERRORS, *_TIMES, "agree"), _pivot(options)))
    tasks = _WITH_IMAGES[options.table][0] if options.table in _WITH_IMAGES else tasks
    where = parse_where(options.where)
    if options.sweep:
        where = where.with_tag("sweep_id", options.sweep)
    if options.dataset:
        where = replace(where, conditions=(*where.conditions, Condition("dataset", (options.dataset,))))
    if _is_of_imagenet(options):
        where = where.with_tag("dataset", DATASET)
    runs = store.runs(tasks, where)
    if options.table in _WITH_IMAGES:
        document = _with_images(options.table, runs, store)
    else:
        document = build(TableData(read_networks(CONF), runs, options.tolerance, _also(options)))
    link = store.view(_VIEWS.get(options.table, LATEST).key)
    plots = () if options.no_plots else (*document.plots, *_layers_plots(options.layers, store))
    return replace(document, origin=origin(store, runs, _chosen(options), link), plots=plots)


def _with_images(table: str, runs: Sequence[Run], store: Store) -> Document:
    with TemporaryDirectory(prefix="clsbench-report-") as folder:
        return _WITH_IMAGES[table][1](runs, lambda run: store.predictions(run, Path(folder, run.run_id)))


def _also(options: argparse.Namespace) -> Sequence[Condition] | None:
    if options.also is None:
        return None
    if options.table not in ("table1", "table3", "lite"):
        raise ConfigError(f"--also: {options.table} has your own networks already; leave it out, or use --where")
    conditions = parse_where(options.also).conditions
    if not conditions:
        raise ConfigError(f"--also {options.also}: give words, such as model=mine or model=mine,other")
    return conditions


def _pivot(options: argparse.Namespace) -> Callable[[TableData], Document]:
    request = Request(options.rows, options.columns, options.values, options.sort)
    build = _OF_ANY_RUNS.get(options.table, pivot)
    return lambda table_data: build(table_data.runs, request)


def _is_of_imagenet(options: argparse.Namespace) -> bool:
    """Whether the table excludes runs on other images, so that the store need not send them."""
    return options.table == "table1" and options.also is None


def _chosen(options: argparse.Namespace) -> str:
    where = f"those with {options.where}" if options.where else "all"
    where += f" on {DATASET}" if _is_of_imagenet(options) else ""
    return f"{where} of sweep {options.sweep}" if options.sweep else where


def _layers_plots(run_ids: Sequence[str], store: Store) -> list[Plot]:
    plots = []
    for run_id in run_ids:
        run = store.run(run_id)
        with TemporaryDirectory(prefix="clsbench-report-") as folder:
            layers = read_layers(store.file(run, "layers.csv", Path(folder)))
        plots.append(layers_plot(f"layers_{run_id[:8]}", f"{run.name}: time by layer", layers))
    return plots


def _show(document: Document, files: Sequence[Path]) -> None:
    table = terminal_table(document)
    # At full width even if the terminal or a file is narrower: a cut-off figure is useless.
    console.width = max(console.width, console.measure(table, options=console.options.update(max_width=1000)).maximum)
    console.print(table)
    for line in (*document.summary, *map(in_plain_text, document.origin)):
        console.print(line, markup=False)
    if document.notes:
        console.print(f"{len(document.notes)} notes in the files", markup=False)
    for path in files:
        console.print(str(path), markup=False)
