"""PyTorch with too little memory, and with weights that several threads cast."""

import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import squeezenet_photographs

from clsbench.engines.torch.engine import Torch
from clsbench.errors import EngineError

photographs = squeezenet_photographs.photographs


class _LittleMemory:
    """Runs batches of up to two views."""

    def __init__(self, run: Any, error: Exception) -> None:
        self.run, self.error = run, error
        self.sizes: list[int] = []

    def __call__(self, views: Any) -> Any:
        self.sizes.append(len(views))
        if len(views) > 2:
            raise self.error
        return self.run(views)


def _out_of_memory(device: str) -> Exception:
    import torch

    if device == "cuda":
        error: Exception = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return error
    return RuntimeError("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory")


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_batch_that_does_not_fit_in_memory_is_halved_until_it_does_and_that_is_told(
    torch: Torch, small: Any, caplog: pytest.LogCaptureFixture, device: str
) -> None:
    with replace(torch, batch_size=8).open(small.network) as predictor:
        little = predictor.run = _LittleMemory(predictor.run, _out_of_memory(device))
        for count in (7, 8):
            np.testing.assert_allclose(predictor(small.views(count)), small.scores(small.views(count)), atol=1e-6)
        assert predictor.description.batch_size == 1
    assert little.sizes[:2] == [7, 3]
    assert set(little.sizes[2:]) == {1}
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [
        "engine=torch: cpu has too little memory for 7 views at once; continuing with 3",
        "engine=torch: cpu has too little memory for 3 views at once; continuing with 1",
    ]


def test_a_single_view_that_does_not_fit_in_memory_is_an_error(torch: Torch, small: Any) -> None:
    def never(views: Any) -> Any:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with torch.open(small.network) as predictor:
        predictor.run = never
        with pytest.raises(EngineError, match="cpu has too little memory for a single view"):
            predictor(small.views(4))


def test_no_thread_reads_a_weight_that_another_one_has_cast(torch: Torch, small: Any) -> None:
    import torch as package

    with replace(torch, precision="bf16").open(small.network) as predictor, predictor.cast.autocast():
        assert package.is_autocast_enabled("cpu")
        assert not package.is_autocast_cache_enabled()
