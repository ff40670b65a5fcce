from typing import Any

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
