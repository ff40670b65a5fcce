"""Damaged files of every kind, as many each time, by a fixed seed: nothing but the reader's own error comes of one.

``make fuzz`` tries a million.
"""

import os
import random

import pytest
from fuzzed_readers import READERS
from in_memory import folder_in_memory

CASES = int(os.environ.get("CLSBENCH_FUZZ", "20000"))


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_refused_by_the_readers_own_error_or_read(name: str) -> None:
    chance = random.Random(name)
    with folder_in_memory() as folder:
        for case in range(CASES):
            escaped = READERS[name].attacked(folder / "case", chance)
            assert escaped is None, (case, escaped)
