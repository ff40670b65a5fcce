"""A batch that is too large for memory, without any runtime."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.engines.engine import Description
from clsbench.engines.fitting_batch import FittingBatch, is_out_of_memory
from clsbench.errors import EngineError


def _fitting() -> FittingBatch:
    return FittingBatch(Description("quick", {}, "cuda:1", 1, 1, 8, "fp32"))


class _LittleMemory:
    """Doubles up to ``most`` views."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.sizes: list[int] = []

    def __call__(self, views: NDArray[np.float32]) -> NDArray[np.float32] | None:
        self.sizes.append(len(views))
        return 2 * views if len(views) <= self.most else None


VIEWS = np.arange(8, dtype=np.float32).reshape(8, 1)


def test_a_batch_that_fits_is_run_once() -> None:
    fitting, run = _fitting(), _LittleMemory(8)
    np.testing.assert_array_equal(fitting.scores(VIEWS, run), 2 * VIEWS)
    assert run.sizes == [8]
    assert fitting.description.batch_size == 8


def test_a_batch_that_does_not_fit_is_halved_until_it_does_and_that_is_told(caplog: pytest.LogCaptureFixture) -> None:
    fitting, run = _fitting(), _LittleMemory(3)
    for _ in range(2):
        np.testing.assert_array_equal(fitting.scores(VIEWS, run), 2 * VIEWS)
    assert run.sizes == [8, 4, *[2] * 8]
    assert fitting.description.batch_size == 2
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "engine=quick: cuda:1 has too little memory for 8 views at once; continuing with 4",
        "engine=quick: cuda:1 has too little memory for 4 views at once; continuing with 2",
    ]


def test_a_single_view_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(EngineError, match="cuda:1 has too little memory for a single view"):
        _fitting().scores(VIEWS, _LittleMemory(0))


def test_no_views_have_no_scores() -> None:
    assert _fitting().scores(VIEWS[:0], _LittleMemory(8)).shape == (0, 1)


@pytest.mark.parametrize(
    ("message", "little"),
    [
        ("Status Message: Failed to allocate memory for requested buffer of size 205520896", True),
        ("Convolution node with name 'conv1' Check 'ptr' failed\nFailed to allocate 25690112 bytes of memory", True),
        ("[CPU] Reorder node with name 'data' can't alloc", True),
        ("(-4:Insufficient memory) Failed to allocate 205520896 bytes in function 'OutOfMemoryError'", True),
        ("std::bad_alloc", True),
        ("DefaultCPUAllocator: can't allocate memory", True),
        ("CUDA out of memory. Tried to allocate 2.00 GiB.", True),
        ("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED", True),
        ("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED", True),
        ("GET was unable to find an engine to execute this computation", True),
        ("Got invalid dimensions for input: data", False),
        ("Inference was canceled", False),
    ],
)
def test_the_runtimes_words_for_too_little_memory_are_known(message: str, *, little: bool) -> None:
    assert is_out_of_memory(RuntimeError(message)) == little


@pytest.mark.parametrize(("first", "little"), [("CUDA out of memory.", True), ("invalid argument", False)])
def test_an_error_at_the_end_of_a_recording_does_not_hide_that_memory_was_too_small(
    first: str, *, little: bool
) -> None:
    @contextmanager
    def recording() -> Iterator[None]:
        try:
            yield
        finally:
            raise RuntimeError("CUDA error: operation failed due to a previous error during capture")

    with pytest.raises(RuntimeError, match="during capture") as raised, recording():
        raise RuntimeError(first)
    assert is_out_of_memory(raised.value) == little
