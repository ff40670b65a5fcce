"""Damaged files of every kind, as many each time, by a fixed seed: nothing but the reader's own error comes of one.

``make fuzz`` tries a million.
"""

import os
import random
from pathlib import Path

import pytest
from fuzzed_readers import READERS

CASES = int(os.environ.get("CLSBENCH_FUZZ", "20000"))


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_refused_by_the_readers_own_error_or_read(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    for case in range(CASES):
        escaped = READERS[name].attacked(tmp_path / "case", chance)
        assert escaped is None, (case, escaped)
