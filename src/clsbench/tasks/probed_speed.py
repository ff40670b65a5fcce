"""How many multiply-accumulates per second the engine does here: a short probe, once per process."""

import time
from collections.abc import Hashable
from functools import cache
from statistics import median
from typing import Any, cast

import numpy as np

from clsbench.caffe.macs import macs
from clsbench.engines.engine import Engine
from clsbench.errors import ClsbenchError
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.zoo.fitting import fitted
from clsbench.zoo.resnet import resnet18

PROBE = "resnet18-priv"
_SIZE = 224
_FORWARDS = 5


@cache
def _probed(kind: Any, settings: tuple[tuple[str, Any], ...], files: FileCache) -> float | None:
    net = fitted(resnet18(), _SIZE)
    model = Model(name=PROBE, net=net, weights=None, cache=files)
    engine: Engine = kind(**dict(settings))
    try:
        with engine.open(model) as predictor:
            description = predictor.description
            batch = description.batch_size
            views = np.random.default_rng(0).standard_normal((batch, 3, _SIZE, _SIZE), np.float32)
            predictor(views)
            seconds = median(_timed(predictor, views) for _ in range(_FORWARDS))
    except ClsbenchError:
        return None
    # Streams share the cores, and a single call has only its share of the threads.
    return macs(net) * batch * description.streams / seconds


def _timed(predictor: Any, views: Any) -> float:
    start = time.perf_counter()
    predictor(views)
    return time.perf_counter() - start


def macs_a_second(engine: Any, files: FileCache) -> float | None:
    """The rate of ``engine``, whose settings are plain values; None if it cannot be opened."""
    return _probed(cast(Hashable, type(engine)), tuple(sorted(vars(engine).items())), files)
