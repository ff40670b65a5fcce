"""PyTorch on the CPU or a GPU: the exported graph as a module, whose nodes our own operators run."""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.batch import cpu_batch
from clsbench.engines.calls import Calls
from clsbench.engines.cores import available_cores
from clsbench.engines.device import parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.scores import scores_of
from clsbench.engines.settings import check_counts, check_precision
from clsbench.engines.torch_operators.process_settings import frozen, process_settings
from clsbench.errors import ConfigError, EngineError, MissingEngineError

log = logging.getLogger(__name__)

_CUDA_BATCH = 32  # a GPU needs many views at once to be busy
# All threads work on one batch, so it has several views: on 2 cores SqueezeNet took 11 ms a view at 1, 7.5 at 4 and 10
# at 8. A call a thread took 7 at batch 1, but 65 instead of 44 for ResNet-50: PyTorch has slower kernels then.
_CPU_BATCH = 4
_STOP_SECONDS = 0.8
_LOW_PRECISIONS = {"bf16": "bfloat16", "fp16": "float16"}  # our name: PyTorch's


@dataclass
class Torch:
    """PyTorch's settings; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # in all; null = every core that the process may use
    streams: int | None  # calls at once, which share the threads; null = 1
    batch_size: int | None
    channels_last: bool  # the channels of a pixel side by side in memory
    compile: bool  # by torch.compile, at the first call of every batch size
    cuda_graphs: bool  # the GPU's work recorded once for every batch size, and replayed

    def __post_init__(self) -> None:
        check_precision("torch", self.precision, ["fp32", *_LOW_PRECISIONS])
        counts = {"engine.threads": self.threads, "engine.streams": self.streams, "batch_size": self.batch_size}
        check_counts(counts)
        if self.cuda_graphs and (self.streams or 1) > 1:
            raise ConfigError("engine.cuda_graphs=true: a recording serves one call at a time; set engine.streams=1")
        if not parse_device(self.device).may_be_cuda:
            self._check_cpu()

    @contextmanager
    def open(self, network: Network) -> Iterator["TorchPredictor"]:
        """The network as a module; forwards that still go on are ended on leaving, compiled ones excepted."""
        torch = _torch()
        device = self._device(torch)
        description = self._description(torch, device, network)
        threads = max(1, description.threads // description.streams)
        with process_settings(torch, threads), frozen() if self.compile else nullcontext():
            predictor = self._predictor(torch, description, threads, network)
            log.info("engine=torch: %s", description)
            try:
                yield predictor
            finally:
                predictor.stop()

    def _check_cpu(self) -> None:
        if self.precision == "fp16":
            raise EngineError("engine=torch precision=fp16: on a GPU only; use precision=bf16 or fp32 on the CPU")
        if self.cuda_graphs:
            raise EngineError("engine.cuda_graphs=true: on a GPU only; set it to false on the CPU")

    def _device(self, torch: Any) -> str:
        """Where the network runs: "cpu" or "cuda:N"."""
        wish = parse_device(self.device)
        gpus = torch.cuda.device_count() if wish.may_be_cuda and torch.cuda.is_available() else 0
        if wish.index < gpus:
            return f"cuda:{wish.index}"
        if wish.must_be_cuda:
            raise EngineError(
                f"device={self.device}: PyTorch {torch.__version__} finds {gpus} GPUs here; check nvidia-smi and that "
                "this PyTorch is a CUDA build, or use device=cpu"
            )
        self._check_cpu()
        return "cpu"

    def _description(self, torch: Any, device: str, network: Network) -> Description:
        threads, streams = self.threads or available_cores(), self.streams or 1
        default_batch = max(_CPU_BATCH, cpu_batch(network)) if device == "cpu" else _CUDA_BATCH
        return Description(
            engine="torch",
            versions={"torch": torch.__version__, "numpy": np.__version__, **_cuda_versions(torch, device)},
            device=device,
            threads=max(threads, streams),
            streams=streams,
            batch_size=self.batch_size or default_batch,
            precision=self.precision,
        )

    def _predictor(self, torch: Any, description: Description, threads: int, network: Network) -> "TorchPredictor":
        from clsbench.engines.torch_operators.cuda_graph import recorded
        from clsbench.engines.torch_operators.reader import read_graph

        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        graph = read_graph(network.onnx(), network.output).to(description.device, memory_format=layout)
        run = graph
        if self.compile:
            run = torch.compile(graph, dynamic=False)
        if self.cuda_graphs:
            run = recorded(run)
        low = _LOW_PRECISIONS.get(self.precision)
        cast = _Cast(description.device, layout, getattr(torch, low) if low else None, cached=not self.cuda_graphs)
        return TorchPredictor(torch, description, network, graph, run, cast, threads)


@dataclass(frozen=True)
class _Cast:
    """How a batch comes to its device, and in which precision it is computed."""

    device: str
    layout: Any
    low_precision: Any  # None = fp32
    cached: bool

    def moved(self, torch: Any, views: NDArray[np.float32]) -> Any:
        """A tensor on the device."""
        # "W": PyTorch takes no array that may not be written to
        tensor = torch.from_numpy(np.require(views, np.float32, ["C", "W"]))
        return tensor.to(self.device, memory_format=self.layout)

    def autocast(self, torch: Any) -> Any:
        """The context of a forward."""
        kind = self.device.partition(":")[0]
        return torch.autocast(
            kind, self.low_precision, enabled=self.low_precision is not None, cache_enabled=self.cached
        )


@dataclass
class TorchPredictor:
    """An open module; where a batch does not fit in memory, it and all later ones are run in smaller parts."""

    torch: Any
    description: Description
    network: Network
    graph: Any
    run: Callable[[Any], Any]
    cast: _Cast
    threads: int  # of one call
    limit: int = sys.maxsize  # views at once that may fit in memory
    calls: Calls = field(default_factory=Calls)

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        parts: list[NDArray[np.float32]] = []
        done = 0
        while done < len(views):
            part = views[done : done + self.limit]
            scores = self._scores_unless_out_of_memory(part)
            if scores is None:
                self._take_less_than(len(part))
            else:
                parts.append(scores)
                done += len(part)
        return np.concatenate(parts)

    def stop(self) -> None:
        """Makes forwards that still go on fail at their next operator, and waits for that as long as one may take."""
        self.graph.stopped = True
        if not self.calls.wait_for_none(_STOP_SECONDS):
            log.warning("engine=torch: a forward still runs %.1f seconds after it was told to end", _STOP_SECONDS)

    def _scores_unless_out_of_memory(self, views: NDArray[np.float32]) -> NDArray[np.float32] | None:
        with self.calls.counted():
            result = self._attempt(views)
        if isinstance(result, str):
            raise EngineError(f"engine=torch: a batch of shape {views.shape} failed: {result}")
        return result if result is None else scores_of("torch", result, len(views), self.network)

    def _attempt(self, views: NDArray[np.float32]) -> NDArray[Any] | str | None:
        """The output, or what went wrong; None where memory was too small.

        The error itself is let go here, and with it all tensors: a thread that frees one when Python exits aborts the
        process, and a batch that is tried again needs their memory.
        """
        try:
            return self._forward(views)
        except EngineError as error:
            return str(error)
        except RuntimeError as error:
            return None if _is_out_of_memory(self.torch, error) else str(error)

    def _forward(self, views: NDArray[np.float32]) -> NDArray[Any]:
        torch = self.torch
        if torch.get_num_threads() != self.threads:  # every thread keeps the number of when it first ran something
            torch.set_num_threads(self.threads)
        with torch.inference_mode(), self.cast.autocast(torch):
            output: NDArray[Any] = self.run(self.cast.moved(torch, views)).float().cpu().numpy()
        return output

    def _take_less_than(self, views: int) -> None:
        if views == 1:
            raise EngineError(f"engine=torch: {self.description.device} has too little memory for a single view")
        self.limit = min(self.limit, views // 2)
        batch_size = min(self.description.batch_size, self.limit)
        self.description = replace(self.description, batch_size=batch_size)
        log.warning(
            "engine=torch: %s has too little memory for %d views at once; going on with %d",
            *(self.description.device, views, self.limit),
        )
        if self.description.device != "cpu":
            self.torch.cuda.empty_cache()


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise MissingEngineError("engine=torch: not installed here; pip install 'clsbench[torch]'") from error
    return torch


def _is_out_of_memory(torch: Any, error: RuntimeError) -> bool:
    # the CPU's allocator raises a bare RuntimeError
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def _cuda_versions(torch: Any, device: str) -> Mapping[str, str]:
    if device == "cpu":
        return {}
    versions = {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    return {name: str(version) for name, version in versions.items()}
