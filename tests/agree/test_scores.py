"""An image's scores: the weighted mean over its views, in batches that the engine takes."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.agree.scores import image_scores
from clsbench.engines.engine import Description
from clsbench.errors import EngineError


@dataclass
class _Predictor:
    """Scores a view by its mean and that times two; remembers its batches."""

    description: Description = field(default_factory=lambda: Description("fake", {}, "cpu", 1, 1, 2, "fp32"))
    batches: list[int] = field(default_factory=list)

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        self.batches.append(len(views))
        means = views.mean(axis=(1, 2, 3))
        return np.stack([means, 2 * means], axis=1)


def test_views_count_by_their_weights_and_never_exceed_the_batch() -> None:
    predictor = _Predictor()
    views = np.arange(3, dtype=np.float32).reshape(3, 1, 1, 1)
    scores = image_scores(predictor, views, np.array([1, 1, 2], np.float32), "a")
    np.testing.assert_allclose(scores, [1.25, 2.5])
    assert predictor.batches == [2, 1]


def test_a_score_that_is_no_number_names_the_image_and_the_engine() -> None:
    with pytest.raises(EngineError, match=r"engine=fake: a: .*not finite"):
        image_scores(_Predictor(), np.full((1, 1, 1, 1), np.nan, np.float32), np.ones(1, np.float32), "a")
