"""One comparison from the command-line arguments to its files: the job of ``python -m clsbench.compare``."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from clsbench.compare.by_images import compare_by_images
from clsbench.compare.by_totals import compare_by_totals
from clsbench.compare.comparison import Comparison
from clsbench.compare.contenders import Contender, contenders_of, notes_on
from clsbench.compare.files import write_files
from clsbench.compare.image_files import ImageFiles
from clsbench.compare.settings import metrics_table, settings_tables
from clsbench.compare.stored_runs import opened_store
from clsbench.compare.terminal import show_comparison
from clsbench.compare.times import compare_times
from clsbench.config import defaults
from clsbench.errors import ConfigError, DataError


def compare(options: argparse.Namespace) -> Comparison:
    """The comparison, shown and written. Raises ClsbenchError if there is nothing to compare."""
    default = defaults()
    uri = options.tracking_uri or default.tracking_uri
    if options.gallery < 0:
        raise ConfigError(f"--gallery {options.gallery}: give 0 or more images")
    images = _images_folder(options.images)
    with TemporaryDirectory(prefix="clsbench-compare-") as fetched:
        contenders = contenders_of(opened_store(uri, Path(fetched)), options.runs)
        comparison = _completed(compared(contenders, check=options.check), contenders)
        ids = "-".join(each.run.run_id[:8] for each in contenders)
        folder = options.output or default.outputs / "comparisons" / ids
        files = images or ImageFiles(_root_of(contenders))
        written = write_files(comparison, contenders, folder.expanduser().absolute(), files.read, options.gallery)
    show_comparison(comparison, contenders, written)
    return comparison


def compared(contenders: Sequence[Contender], *, check: bool) -> Comparison:
    """Image by image if every run has predictions, else by totals; timings by their calls."""
    if contenders[0].run.task == "time":
        if check:
            raise ConfigError("--check is for errors: two timings of one network differ by more than chance explains")
        return compare_times(contenders)
    predictions = [each.predictions for each in contenders]
    complete = [each for each in predictions if each is not None]
    if len(complete) < len(predictions):
        return compare_by_totals(contenders)
    return compare_by_images(contenders, complete)


def _completed(comparison: Comparison, contenders: Sequence[Contender]) -> Comparison:
    tables = [*comparison.tables, *settings_tables(contenders), metrics_table(contenders)]
    return replace(comparison, tables=tables, notes=[*notes_on(contenders), *comparison.notes])


def _images_folder(given: Path | None) -> ImageFiles | None:
    if given is None:
        return None
    path = given.expanduser()
    if not path.exists():
        raise DataError(f"--images {given} does not exist; give the folder, or the archive, with the images")
    return ImageFiles(path)


def _root_of(contenders: Sequence[Contender]) -> Path | None:
    """The location of the images according to the first run whose location exists here; None if none does."""
    roots = [Path(each.dataset_root).expanduser() for each in contenders if each.dataset_root]
    return next((root for root in roots if root.exists()), None)
