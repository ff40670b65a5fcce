"""What holds for the whole process while an engine is open; PyTorch takes its settings for a GPU without one, too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest


@pytest.mark.parametrize("tf32", [False, True])
def test_tf32_is_for_convolutions_and_matrix_products_alike_and_both_get_their_setting_back(
    torch: Any, *, tf32: bool
) -> None:
    import torch as package

    from clsbench.engines.torch.operators.process_settings import process_settings

    convolutions, products = package.backends.cudnn, package.backends.cuda.matmul
    before = convolutions.allow_tf32, products.allow_tf32
    with process_settings(package, 1, tf32=tf32):
        assert (convolutions.allow_tf32, products.allow_tf32) == (tf32, tf32)
    assert (convolutions.allow_tf32, products.allow_tf32) == before


@pytest.fixture
def tf32_by_the_newer_setting(torch: Any) -> Iterator[Any]:
    import torch as package

    if not hasattr(package.backends.cudnn, "conv"):
        pytest.skip("this PyTorch has no setting for each operation")
    package.backends.fp32_precision = "tf32"
    yield package
    package.backends.fp32_precision = "none"
    package.backends.cudnn.allow_tf32, package.backends.cuda.matmul.allow_tf32 = True, False  # PyTorch's defaults


def test_fp32_is_fp32_where_the_program_has_chosen_tf32_by_the_newer_setting(tf32_by_the_newer_setting: Any) -> None:
    from clsbench.engines.torch.operators.process_settings import process_settings

    cudnn, products = tf32_by_the_newer_setting.backends.cudnn, tf32_by_the_newer_setting.backends.cuda.matmul
    operations = (cudnn.conv, cudnn.rnn, products)
    for tf32, precision in ((False, "ieee"), (True, "tf32")):
        with process_settings(tf32_by_the_newer_setting, 1, tf32=tf32):
            assert [each.fp32_precision for each in operations] == [precision] * 3
            # torch.compile reads the older flags, which PyTorch refuses to tell if the two disagree
            assert (cudnn.allow_tf32, products.allow_tf32) == (tf32, tf32)
        assert [each.fp32_precision for each in operations] == ["tf32"] * 3


@pytest.mark.usefixtures("torch")
def test_every_thread_that_compiles_treats_the_weights_as_constants() -> None:
    import torch._inductor.config as compiler

    from clsbench.engines.torch.operators.process_settings import frozen, frozen_in_any_thread

    run = frozen_in_any_thread(lambda _: compiler.freezing)
    one, two = np.zeros((1, 3)), np.zeros((2, 3))
    with frozen(), ThreadPoolExecutor(1) as thread:
        assert run(one)
        assert [thread.submit(run, views).result() for views in (one, two)] == [True, True]
        # compiled by then, and the setting costs more than a small network
        assert [thread.submit(run, views).result() for views in (one, two)] == [False, False]
    assert not compiler.freezing
