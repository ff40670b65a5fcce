"""``python -m clsbench.report_bug RUN``: an archive to attach to a bug report."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from clsbench.console.side_command import exit_code_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 2 if there is no such run, or the archive cannot be written."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: _written(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clsbench report-bug",
        description="Collects a run's configuration, environment, log, params, tags and metrics for a bug report, "
        "without folders, users and passwords. It contains no images, labels, predictions or weights.",
    )
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="a run's id, the start of its id, or its name; default: only this machine"
    )
    parser.add_argument("--network", action="store_true", help="add the network's prototxt, without weights")
    parser.add_argument("--tracking-uri", metavar="URI", help="the MLflow store; default: the configured one")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: <outputs>/bug-reports/<id>.zip")
    return parser


def _written(options: argparse.Namespace) -> int:
    # Imported late, so that --help answers at once, without MLflow.
    from clsbench.compare.stored_runs import opened_store  # noqa: PLC0415
    from clsbench.config import defaults  # noqa: PLC0415
    from clsbench.console.terminal import console  # noqa: PLC0415
    from clsbench.report_bug.archive import of_run, of_this_machine, write_archive  # noqa: PLC0415

    default = defaults()
    name = "machine"
    if options.run is None:
        texts = of_this_machine()
    else:
        with TemporaryDirectory(prefix="clsbench-report-bug-") as fetched:
            store = opened_store(options.tracking_uri or default.tracking_uri, Path(fetched))
            run = store.find(options.run)
            name, texts = run.run_id[:8], of_run(store, run, network=options.network)
    path = (options.output or default.outputs / "bug-reports" / f"{name}.zip").expanduser().absolute()
    write_archive(texts, path)
    console.print(f"{path}: {', '.join(texts)}", markup=False)
    console.print("Read it before you attach it: names of files and networks are in it.", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
