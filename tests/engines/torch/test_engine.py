import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import squeezenet_photographs
from abandoned_forward import exit_during_forward
from slow_network import write_slow_onnx
from squeezenet_photographs import Photographs

from clsbench.engines.cores import available_cores
from clsbench.engines.torch.engine import Torch
from clsbench.errors import EngineError, MissingEngineError

photographs = squeezenet_photographs.photographs


@pytest.mark.shared
@pytest.mark.pycaffe
@pytest.mark.parametrize("channels_last", [False, True])
def test_photographs_get_the_probabilities_of_pycaffe_and_onnx_runtime(
    torch: Torch, photographs: Photographs, *, channels_last: bool
) -> None:
    with replace(torch, channels_last=channels_last).open(photographs.network) as predictor:
        photographs.assert_same(predictor(photographs.views), 1e-4)
        photographs.assert_same(predictor(photographs.views[:3]), 1e-4, 3)
        photographs.assert_same(predictor(photographs.views[:1]), 1e-4, 1)


@pytest.mark.shared
@pytest.mark.pycaffe
def test_bf16_is_close_and_is_told(torch: Torch, photographs: Photographs) -> None:
    with replace(torch, precision="bf16").open(photographs.network) as predictor:
        scores = predictor(photographs.views)
        assert predictor.description.precision == "bf16"
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, photographs.pycaffe, rtol=0, atol=0.05)  # bf16 keeps 8 bits of the mantissa
    assert np.abs(scores - photographs.pycaffe).max() > 1e-4  # it is not fp32 after all


@pytest.mark.shared
@pytest.mark.pycaffe
@pytest.mark.parametrize("streams", [1, 2])
def test_several_threads_may_call_at_once_with_batches_of_any_size(
    torch: Torch, photographs: Photographs, streams: int
) -> None:
    sizes = [1 + n % 4 for n in range(24)]
    opened = replace(torch, streams=streams, channels_last=streams == 2)
    with opened.open(photographs.network) as predictor, ThreadPoolExecutor(streams) as threads:
        for size, scores in zip(
            sizes, threads.map(lambda size: predictor(photographs.views[:size]), sizes), strict=True
        ):
            photographs.assert_same(scores, 1e-4, size)


@pytest.mark.skipif(not shutil.which("g++"), reason="torch.compile needs a C++ compiler")
def test_a_compiled_network_gives_the_same_also_for_another_batch(torch: Torch, small: Any) -> None:
    with replace(torch, compile=True, streams=2).open(small.network) as predictor:
        for views in (small.views(1), small.views(3), small.views(1)):
            np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_the_description_tells_what_is_used(torch: Torch, small: Any) -> None:
    with torch.open(small.network) as predictor:
        description = predictor.description
    assert (description.engine, description.device, description.precision) == ("torch", "cpu", "fp32")
    assert (description.threads, description.streams) == (available_cores(), 1)
    assert description.batch_size > 4  # views of 2x4x4 are too small for a forward each
    assert set(description.versions) == {"torch", "numpy"}


def test_views_of_photographs_share_a_batch_on_which_all_threads_work(torch: Torch, small: Any) -> None:
    with torch.open(replace(small.network, input_shape=(3, 227, 227))) as predictor:
        assert predictor.description.batch_size == 4


def test_settings_win_over_the_engines_choice(torch: Torch, small: Any) -> None:
    with replace(torch, threads=4, streams=2, batch_size=9).open(small.network) as predictor:
        description = predictor.description
    assert (description.threads, description.streams, description.batch_size) == (4, 2, 9)


def test_every_calling_thread_uses_its_share_of_the_threads_and_the_process_gets_its_own_number_back(
    torch: Torch, small: Any
) -> None:
    import torch as package

    before = package.get_num_threads(), package.backends.cudnn.allow_tf32
    with ThreadPoolExecutor(1) as earlier:
        earlier.submit(lambda: package.ones(1) + 1).result()  # a thread that PyTorch knows already
        with replace(torch, threads=6, streams=2).open(small.network) as predictor:
            assert not package.backends.cudnn.allow_tf32
            earlier.submit(predictor, small.views(1)).result()
            assert earlier.submit(package.get_num_threads).result() == 3
            predictor(small.views(1))
            assert package.get_num_threads() == 3
    assert (package.get_num_threads(), package.backends.cudnn.allow_tf32) == before


def test_leaving_ends_a_forward_that_would_go_on_for_long(torch: Torch, small: Any) -> None:
    write_slow_onnx(small.network.onnx())
    with ThreadPoolExecutor(1) as threads:
        with replace(torch, threads=1).open(small.network) as predictor:
            forward = threads.submit(predictor, np.zeros((1, 2, 4, 4), np.float32))
            time.sleep(0.3)
            assert not forward.done()
            left = time.monotonic()
        with pytest.raises(EngineError, match="the engine was closed"):
            forward.result()
        assert time.monotonic() - left < 2


def test_python_may_exit_right_after_a_forward_was_ended(torch: Torch, small: Any) -> None:
    write_slow_onnx(small.network.onnx())
    settings = "'cpu', 'fp32', None, None, None, True, False, False"
    ended = exit_during_forward("torch", "Torch", settings, small.network.onnx())
    assert (ended.returncode, ended.stderr) == (0, "")


def test_without_the_package_the_error_says_how_to_install_it(
    torch_settings: Torch, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with (
        pytest.raises(MissingEngineError, match=r"pip install 'clsbench\[torch\]'"),
        torch_settings.open(small.network),
    ):
        pass
