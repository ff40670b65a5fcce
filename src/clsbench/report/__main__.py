"""``python -m clsbench.report TABLE``: a published table or figure, or your own table, from tracked runs only."""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from clsbench.console.side_command import exit_code_of

_TABLES = ("table", "heatmap", "bars", "table1", "table3", "lite", "crop_curve", "pareto", "precision")
_FORMATS = ("md", "csv", "latex", "html")
_EPILOG = """
--where takes conditions on tags and params, such as "engine=openvino,torch device=cpu precision!=bf16", or MLflow's
own filter, such as "tags.engine = 'openvino' and metrics.images_per_second > 100".
A cell with several runs shows its newest complete one; see docs/reports.md.
The exit code is 2 if no report could be made. With --check, it is 1 if a cell has no result or
is outside the tolerance.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    # Imported late, so that --help and a mistyped option answer at once, without MLflow.
    from clsbench.report.command import report  # noqa: PLC0415

    return exit_code_of(lambda: 1 if report(options).open_cells and options.check else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clsbench report",
        description="Makes a table of any tracked runs, or rebuilds a published table or figure from them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "table",
        choices=_TABLES,
        help="table, heatmap, bars and precision show any runs; the others are published tables and figures",
    )
    parser.add_argument("--where", default="", metavar="EXPR", help="the runs to use; default: all")
    _add_table_options(parser)
    parser.add_argument("--also", metavar="EXPR", help="for table1, table3, lite: your own networks as further rows")
    parser.add_argument("--dataset", metavar="NAME", help="only runs on this dataset")
    parser.add_argument("--sweep", metavar="ID", help="only runs with this sweep_id")
    parser.add_argument("--format", type=_formats, default=_FORMATS, metavar="LIST", help="default: md,csv,latex,html")
    parser.add_argument("--no-plots", action="store_true", help="write no plots")
    parser.add_argument(
        *("--layers",),
        action="append",
        default=[],
        metavar="RUN",
        help="also plot this timing's layers; can be repeated",
    )
    parser.add_argument(
        "--tolerance", type=_points, default=0.1, metavar="POINTS", help="default: 0.1 percentage points"
    )
    parser.add_argument(
        "--check", action="store_true", help="exit code 1 unless every cell is a result within tolerance"
    )
    parser.add_argument("--tracking-uri", metavar="URI", help="the MLflow store; default: the configured one")
    parser.add_argument("--experiment", metavar="NAME", help="the MLflow experiment; default: the configured one")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="default: <outputs>/reports/<table>")
    parser.add_argument(
        *("--log", "--log-to-parent"),
        nargs="?",
        const="",
        metavar="ID",
        help="also save the report with the parent run of this sweep; default: that of --sweep, or the newest",
    )
    return parser


def _add_table_options(parser: argparse.ArgumentParser) -> None:
    for name, of, default in (
        ("rows", "params or tags", "model"),
        ("columns", "params or tags", "what the runs differ in"),
        ("values", "metrics", "the errors, or the times"),
    ):
        parser.add_argument(
            f"--{name}", type=_keys, default=(), metavar="NAMES", help=f"for table: {of}; default: {default}"
        )
    parser.add_argument(
        "--sort", default="", metavar="METRIC", help="for table: order of rows; --sort=-METRIC: descending"
    )


def _keys(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if unknown := [name for name in names if name not in _FORMATS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose among {', '.join(_FORMATS)}")
    return names


def _points(text: str) -> float:
    points = float(text)
    if not 0 <= points < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: give percentage points from 0, such as 0.1")
    return points


if __name__ == "__main__":
    # MLflow and SQLAlchemy create a million objects that stay: garbage collection took a quarter of the time.
    gc.disable()
    sys.exit(main())
