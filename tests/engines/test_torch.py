import logging
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
from installed import need
from slow_network import write_slow_onnx
from squeezenet_photographs import Photographs

from clsbench.engines.cores import available_cores
from clsbench.engines.torch import Torch
from clsbench.errors import ConfigError, EngineError, MissingEngineError

photographs = squeezenet_photographs.photographs


@pytest.fixture
def settings() -> Torch:
    """The engine with its own choices."""
    return Torch(
        device="cpu",
        precision="fp32",
        threads=None,
        streams=None,
        batch_size=None,
        channels_last=True,
        compile=False,
        cuda_graphs=False,
    )


@pytest.fixture
def torch(settings: Torch) -> Torch:
    """The same, where the package is there."""
    need("torch")
    return settings


@pytest.fixture
def no_gpu(torch: Torch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)


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


def test_views_that_are_not_contiguous_or_may_not_be_written_to_are_taken(torch: Torch, small: Any) -> None:
    views = small.views(6)[::2]
    views.setflags(write=False)
    with torch.open(small.network) as predictor:
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
        "engine=torch: cpu has too little memory for 7 views at once; going on with 3",
        "engine=torch: cpu has too little memory for 3 views at once; going on with 1",
    ]


def test_a_single_view_that_does_not_fit_in_memory_is_an_error(torch: Torch, small: Any) -> None:
    def never(views: Any) -> Any:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with torch.open(small.network) as predictor:
        predictor.run = never
        with pytest.raises(EngineError, match="cpu has too little memory for a single view"):
            predictor(small.views(4))


def test_a_damaged_file_is_an_engine_error_that_names_it(torch: Torch, small: Any) -> None:
    small.network.onnx().write_bytes(b"no network")
    with pytest.raises(EngineError, match=r"small\.onnx cannot be opened"), torch.open(small.network):
        pass


def test_a_batch_that_the_network_cannot_take_is_an_engine_error_and_the_next_one_works(
    torch: Torch, small: Any
) -> None:
    with torch.open(small.network) as predictor:
        with pytest.raises(EngineError, match=r"a batch of shape \(1, 2, 5, 4\) failed"):
            predictor(np.zeros((1, 2, 5, 4), np.float32))
        np.testing.assert_allclose(predictor(small.views(2)), small.scores(small.views(2)), atol=1e-6)


def test_another_number_of_classes_is_an_engine_error(torch: Torch, small: Any) -> None:
    network = replace(small.network, classes=4)
    with torch.open(network) as predictor, pytest.raises(EngineError, match="expected 4 scores a view"):
        predictor(small.views(1))


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


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_without_a_gpu_is_an_error_that_says_what_to_check(torch: Torch, small: Any, device: str) -> None:
    with (
        pytest.raises(EngineError, match=f"device={device}: PyTorch .* finds 0 GPUs here; check nvidia-smi"),
        replace(torch, device=device).open(small.network),
    ):
        pass


@pytest.mark.usefixtures("no_gpu")
def test_auto_without_a_gpu_is_the_cpu(torch: Torch, small: Any) -> None:
    with replace(torch, device="auto").open(small.network) as predictor:
        assert predictor.description.device == "cpu"
        np.testing.assert_allclose(predictor(small.views(2)), small.scores(small.views(2)), atol=1e-6)


@pytest.mark.parametrize("more", [{"precision": "fp16"}, {"cuda_graphs": True}])
def test_what_only_a_gpu_can_do_is_refused_on_the_cpu(
    torch: Torch, small: Any, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    with pytest.raises(EngineError, match="on a GPU only"):
        replace(torch, **more)
    opened = replace(torch, device="auto", **more)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(EngineError, match="on a GPU only"), opened.open(small.network):
        pass


def test_a_recording_is_for_one_stream(settings: Torch) -> None:
    with pytest.raises(ConfigError, match=r"set engine\.streams=1"):
        replace(settings, device="cuda", cuda_graphs=True, streams=2)


def test_a_gpu_is_used_as_it_is_numbered(torch: Torch, small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch as package

    monkeypatch.setattr(package.cuda, "is_available", lambda: True)
    monkeypatch.setattr(package.cuda, "device_count", lambda: 2)
    # a device without memory takes the place of the GPU
    monkeypatch.setattr(Torch, "_predictor", lambda self, package, description, *_: _Opened(description))
    for device, used in {"auto": "cuda:0", "cuda": "cuda:0", "cuda:1": "cuda:1"}.items():
        with replace(torch, device=device).open(small.network) as predictor:
            description = predictor.description
        assert (description.device, description.streams, description.batch_size) == (used, 1, 32)
        assert {"cuda", "cudnn"} <= set(description.versions)
    with pytest.raises(EngineError, match=r"device=cuda:2: PyTorch .* finds 2 GPUs"):
        replace(torch, device="cuda:2").open(small.network).__enter__()


@pytest.mark.shared
@pytest.mark.pycaffe
@pytest.mark.parametrize(
    ("more", "tolerance"),
    [
        ({}, 1e-4),
        ({"channels_last": False}, 1e-4),
        ({"cuda_graphs": True}, 1e-4),
        ({"compile": True}, 1e-4),
        ({"precision": "fp16"}, 0.02),
        ({"precision": "fp16", "cuda_graphs": True}, 0.02),
        ({"precision": "bf16"}, 0.05),
    ],
)
def test_photographs_get_the_same_probabilities_on_a_gpu(
    torch: Torch, photographs: Photographs, more: dict[str, Any], tolerance: float
) -> None:
    import torch as package

    if not package.cuda.is_available():
        pytest.skip("no GPU that PyTorch can use")
    with replace(torch, device="cuda", **more).open(photographs.network) as predictor:
        for count in (12, 5, 12):
            scores = predictor(photographs.views[:count])
            np.testing.assert_allclose(scores, photographs.pycaffe[:count], rtol=0, atol=tolerance)


class _Opened:
    def __init__(self, description: Any) -> None:
        self.description = description

    def stop(self) -> None:
        pass


def test_without_the_package_the_error_says_how_to_install_it(
    settings: Torch, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingEngineError, match=r"pip install 'clsbench\[torch\]'"), settings.open(small.network):
        pass
