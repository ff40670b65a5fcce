"""What the tests of shards share: predictions and records without an engine."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from clsbench.data.dataset import Sample
from clsbench.evaluation.record import Prediction
from clsbench.shards.records import Records, Work
from clsbench.shards.shard import Shard

IDENTITY = {"fingerprint": "f", "batch_size": "4", "device": "cpu"}


@pytest.fixture
def samples() -> list[Sample]:
    """Twenty images."""
    return [Sample(f"image-{index}", index % 7) for index in range(20)]


@pytest.fixture
def records_of(samples: Sequence[Sample]) -> Callable[..., Records]:
    """The records of a shard, with whatever is to be different."""

    def made(shard: Shard, **different: Any) -> Records:
        block = shard.block(len(samples), 4)
        predictions = [_prediction(index, samples[index]) for index in block]
        work = Work(len(block), 0.5, 0.1, 100.0, [4] * (len(block) // 4), [1.5] * (len(block) // 4), "node", "cpu")
        known: dict[str, Any] = {"identity": IDENTITY, "predictions": predictions, "work": work}
        return Records(**{"shard": shard, "engine": {"is_clocked": True}, **known, **different})

    return made


def _prediction(index: int, sample: Sample) -> Prediction:
    if index % 9 == 4:
        return Prediction(index, sample.name, sample.label, (), (), None, "bad", "truncated")
    return Prediction(index, sample.name, sample.label, (index % 7, 8), (0.1 + 0.2, 1e-7), 0.3, "ok", views=1)
