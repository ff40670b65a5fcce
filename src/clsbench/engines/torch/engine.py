"""PyTorch on the CPU or a GPU: the exported graph as a module whose nodes are run by our own operators."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clsbench.engines.batch import cpu_batch
from clsbench.engines.climb import climbed
from clsbench.engines.cores import available_cores
from clsbench.engines.cpu_features import precision_note
from clsbench.engines.device import parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import FittingBatch
from clsbench.engines.settings import check_counts, check_precision, check_tf32_is_possible
from clsbench.engines.torch.operators.process_settings import frozen, frozen_in_any_thread, process_settings
from clsbench.engines.torch.pixels import TorchPixelTaker
from clsbench.engines.torch.predictor import Cast, TorchPredictor
from clsbench.engines.torch.timed import TorchBackward, TorchNested
from clsbench.errors import ConfigError, EngineError, MissingEngineError

log = logging.getLogger(__name__)

_CUDA_BATCH = 32  # a GPU needs many views at once to be busy; the climb starts here
_CUDA_STREAMS = 2  # one batch is copied while another is run
# All threads work on one batch, so a batch has several views: on 2 cores SqueezeNet took 11 ms per view at 1, 7.5 at 4
# and 10 at 8. With one call per thread it took 7 at batch 1, but 65 instead of 44 for ResNet-50, because PyTorch then
# has
# slower kernels.
_CPU_BATCH = 4
_LOW_PRECISIONS = {"bf16": "bfloat16", "fp16": "float16"}  # our name: PyTorch's


@dataclass
class Torch:
    """Settings of PyTorch; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # total; null = every core that the process may use
    streams: int | None  # calls at once, which share the threads; null = 1 on the CPU, 2 on a GPU
    batch_size: int | None
    channels_last: bool  # keep the channels of a pixel adjacent in memory
    compile: bool  # with torch.compile, at the first call of every batch size
    cuda_graphs: bool  # record the GPU's work once per batch size, and replay it
    pixels: bool | None = None  # send 8-bit pixels to the device, where available; null = only to a GPU

    def __post_init__(self) -> None:
        check_precision("torch", self.precision, ["fp32", "tf32", *_LOW_PRECISIONS])
        counts = {"engine.threads": self.threads, "engine.streams": self.streams, "batch_size": self.batch_size}
        check_counts(counts)
        if self.cuda_graphs and (self.streams or 1) > 1:
            raise ConfigError("engine.cuda_graphs=true: a recording serves one call at a time; set engine.streams=1")
        if not parse_device(self.device).may_be_cuda:
            self._check_cpu()

    def identity(self) -> Mapping[str, str]:
        """PyTorch's version, and the device that it will use."""
        torch = _torch()
        device = self._device(torch)
        return {"torch": torch.__version__, "device": device, **_cuda_versions(torch, device)}

    @contextmanager
    def open(self, network: Network) -> Iterator[TorchPredictor]:
        """Opens the network as a module; forwards in progress are ended on leaving, except compiled ones."""
        torch = _torch()
        device = self._device(torch)
        description = self._description(torch, device, network)
        threads = max(1, description.threads // description.streams)
        with self._settings(torch, threads), frozen() if self.compile else nullcontext():
            predictor = self._predictor(torch, description, threads, network)
            log.info("engine=torch: %s", description)
            if description.precision_note:
                log.warning("engine=torch precision=%s: %s", self.precision, description.precision_note)
            try:
                yield predictor
            finally:
                predictor.stop()

    @contextmanager
    def open_backward(self, network: Network) -> Iterator[TorchBackward]:
        """The network with gradients, for one call at a time; never recorded as a CUDA graph."""
        with self._alone(network) as (description, graph, cast):
            run = cast.torch.compile(graph, dynamic=False) if self.compile else graph
            yield TorchBackward(description, cast, network, graph, run)

    @contextmanager
    def open_nested(self, network: Network, *, backward: bool) -> Iterator[TorchNested]:
        """The network, ready to run node by node, for one call at a time; neither compiled nor recorded."""
        with self._alone(network) as (description, graph, cast):
            yield TorchNested(description, cast, network, graph, gradients=backward)

    @contextmanager
    def _alone(self, network: Network) -> Iterator[tuple[Description, Any, Cast]]:
        torch = _torch()
        one = replace(self, streams=1)
        description = one._description(torch, self._device(torch), network)
        with self._settings(torch, description.threads):
            yield description, *self._read(torch, description.device, network)

    def _settings(self, torch: Any, threads: int) -> AbstractContextManager[None]:
        return process_settings(torch, threads, tf32=self.precision == "tf32")

    def _check_cpu(self) -> None:
        if self.precision in ("fp16", "tf32"):
            raise EngineError(
                f"engine=torch precision={self.precision}: on a GPU only; use precision=bf16 or fp32 on the CPU"
            )
        if self.cuda_graphs:
            raise EngineError("engine.cuda_graphs=true: on a GPU only; set it to false on the CPU")

    def _device(self, torch: Any) -> str:
        """Where the network runs: "cpu" or "cuda:N"."""
        wish = parse_device(self.device)
        gpus = torch.cuda.device_count() if wish.may_be_cuda and torch.cuda.is_available() else 0
        if wish.index < gpus:
            if self.precision == "tf32":
                check_tf32_is_possible()
            return f"cuda:{wish.index}"
        if wish.must_be_cuda:
            raise EngineError(
                f"device={self.device}: PyTorch {torch.__version__} finds {gpus} GPUs here; check nvidia-smi and that "
                "this PyTorch is a CUDA build, or use device=cpu"
            )
        self._check_cpu()
        return "cpu"

    def _description(self, torch: Any, device: str, network: Network) -> Description:
        one_call = device == "cpu" or self.cuda_graphs
        threads, streams = self.threads or available_cores(), self.streams or (1 if one_call else _CUDA_STREAMS)
        default_batch = max(_CPU_BATCH, cpu_batch(network)) if device == "cpu" else _CUDA_BATCH
        return Description(
            engine="torch",
            versions={"torch": torch.__version__, "numpy": np.__version__, **_cuda_versions(torch, device)},
            device=device,
            threads=max(threads, streams),
            streams=streams,
            batch_size=self.batch_size or default_batch,
            precision=self.precision,
            precision_note=precision_note(self.precision) if device == "cpu" else "",
        )

    def _predictor(self, torch: Any, description: Description, threads: int, network: Network) -> TorchPredictor:
        graph, cast = self._read(torch, description.device, network)
        run = frozen_in_any_thread(torch.compile(graph, dynamic=False)) if self.compile else graph
        if self.cuda_graphs:
            from clsbench.engines.torch.operators.cuda_graph import recorded

            run = recorded(run)
        takes_pixels = description.device != "cpu" if self.pixels is None else self.pixels
        kind = TorchPixelTaker if takes_pixels else TorchPredictor
        predictor = kind(cast, FittingBatch(description), network, graph, run, threads)
        # A compiled or recorded network would be rebuilt for every size that is tried.
        if description.device != "cpu" and self.batch_size is None and not (self.compile or self.cuda_graphs):
            views = climbed("torch", description.batch_size, predictor.milliseconds)
            predictor.fitting = FittingBatch(replace(description, batch_size=views))
        return predictor

    def _read(self, torch: Any, device: str, network: Network) -> tuple[Any, Cast]:
        """The network as a module on ``device``, and how views get to it."""
        from clsbench.engines.torch.operators.reader import read_graph

        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        graph = read_graph(network.onnx(), network.output).to(device, memory_format=layout)
        low = _LOW_PRECISIONS.get(self.precision)
        return graph, Cast(torch, device, layout, getattr(torch, low) if low else None)


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise MissingEngineError("engine=torch: not installed here; pip install 'clsbench[torch]'") from error
    return torch


def _cuda_versions(torch: Any, device: str) -> Mapping[str, str]:
    if device == "cpu":
        return {}
    versions = {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    return {name: str(version) for name, version in versions.items()}
