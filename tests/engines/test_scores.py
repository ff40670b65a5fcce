from typing import Any

import numpy as np
import pytest

from clsbench.engines.scores import scores_of
from clsbench.errors import EngineError


def test_scores_are_a_copy_with_a_row_for_each_view(small: Any) -> None:
    output = np.arange(6, dtype=np.float64).reshape(2, 3, 1, 1)
    scores = scores_of("any", output, 2, small.network)
    output[...] = 0
    assert scores.dtype == np.float32
    assert scores.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_another_number_of_scores_is_an_error_that_names_the_blob_and_its_shape(small: Any) -> None:
    with pytest.raises(EngineError, match=r"engine=any: blob 'prob' has shape \(2, 4\) for 2 views; expected 3 scores"):
        scores_of("any", np.zeros((2, 4)), 2, small.network)
