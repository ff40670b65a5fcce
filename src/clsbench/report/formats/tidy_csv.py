"""A document as CSV: one row per cell, one figure per column."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from clsbench.report.document import Document

# What a spreadsheet would read as a formula; a signed number is not one.
_FORMULA = re.compile(r"[=+@\t\r-]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?")


def tidy_csv(document: Document) -> str:
    """The columns of all rows, in the order in which they first appear."""
    columns = list(dict.fromkeys(key for row in document.tidy for key in row))
    return _text(columns, document.tidy)


def _text(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(row.get(column, "")) for column in columns] for row in rows)
    return file.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
