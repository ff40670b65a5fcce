"""``python -m clsbench.compare RUN_A RUN_B``: is B still as good as A?

An entry point, so it may import from above.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from clsbench.console.side_command import exit_code_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 1 if ``--check`` finds a run significantly worse, 2 if nothing could be compared."""
    options = _parser().parse_args(arguments)
    # Imported late, so that --help and a mistyped option answer at once, without MLflow and SciPy.
    from clsbench.compare.command import compare  # noqa: PLC0415

    return exit_code_of(lambda: 1 if compare(options).worse and options.check else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clsbench compare",
        description="Compares each tracked run with the first, on the images that all of them have.",
    )
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="a run's id, its first 6 or more characters, or the run's name"
    )
    parser.add_argument("--tracking-uri", metavar="URI", help="the MLflow store; default: the configured one")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="default: <outputs>/comparisons/<ids>")
    parser.add_argument("--gallery", type=int, default=50, metavar="N", help="images in gallery.html; default: 50")
    parser.add_argument(
        *("--images", "--dataset-root"), type=Path, metavar="FOLDER", help="the images' folder, if it has moved"
    )
    parser.add_argument("--check", action="store_true", help="exit code 1 if a run makes significantly more errors")
    return parser


if __name__ == "__main__":
    sys.exit(main())
