"""A text file with one class per line, in the model's order: its wnid, its name, or both, as in synset_words.txt."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from clsbench.errors import DataError

_WNID = re.compile(r"(n\d{8})(?:\s+(.*))?")


def read_class_names(file: str) -> tuple[str, ...]:
    """The line of each class. Raises DataError if the file cannot be read, is empty, or contains a line twice."""
    lines = text_lines(file, "dataset.classes")
    if not lines:
        raise DataError(f"dataset.classes={file} names no class; give a file with one class per line")
    if twice := next((line for line, times in Counter(lines).items() if times > 1), None):
        raise DataError(f"dataset.classes={file}: '{twice}' is there twice; each class has one line")
    return lines


def text_lines(file: str, key: str) -> tuple[str, ...]:
    """The file's non-blank lines; an error names ``key``, its name in the configuration."""
    try:
        text = Path(file).expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{key}={file} cannot be read as text: {error}") from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def spellings(names: Sequence[str]) -> Mapping[str, int]:
    """The class index of each line, of its wnid, and of the name after it if only one class has that name."""
    found: dict[str, int | None] = {}
    for index, line in enumerate(names):
        for spelling in _spellings(line):
            found[spelling] = index if found.setdefault(spelling, index) == index else None
    return {spelling: index for spelling, index in found.items() if index is not None}


def _spellings(line: str) -> set[str]:
    match = _WNID.fullmatch(line)
    return {line, *(part for part in match.groups() if part)} if match else {line}
