from dataclasses import replace
from typing import Any

import pytest

from clsbench.engines.batch import cpu_batch


@pytest.mark.parametrize(
    ("shape", "batch"), [((3, 224, 224), 1), ((3, 331, 331), 1), ((3, 160, 160), 2), ((3, 32, 32), 50), ((1, 8, 8), 64)]
)
def test_views_share_a_batch_as_far_as_they_are_small(small: Any, shape: tuple[int, int, int], batch: int) -> None:
    assert cpu_batch(replace(small.network, input_shape=shape)) == batch
