"""PyTorch's process-wide settings, set while an engine is open."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any


@contextmanager
def process_settings(torch: Any, threads: int, *, tf32: bool = False) -> Iterator[None]:
    """Sets ``threads`` for each call; everything applies to the whole process, and is restored at the end."""
    flags, settings = (torch.backends.cudnn, torch.backends.cuda.matmul), _of_operations(torch)
    before = torch.get_num_threads(), [_allowed(each) for each in flags], [each.fp32_precision for each in settings]
    torch.set_num_threads(threads)
    # TF32 keeps 10 bits of the mantissa, and convolutions use it by default, but it is not fp32.
    for each in flags:
        each.allow_tf32 = tf32
    # Otherwise a convolution whose flag is off follows torch.backends.fp32_precision, which may be TF32.
    for each in settings:
        each.fp32_precision = "tf32" if tf32 else "ieee"
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        for each, allowed in zip(flags, before[1], strict=True):
            each.allow_tf32 = tf32 if allowed is None else allowed
        for each, precision in zip(settings, before[2], strict=True):
            each.fp32_precision = precision


def _of_operations(torch: Any) -> Sequence[Any]:
    """What has a precision of its own: nothing before PyTorch 2.9."""
    cudnn = torch.backends.cudnn
    return (cudnn.conv, cudnn.rnn, torch.backends.cuda.matmul) if hasattr(cudnn, "conv") else ()


def _allowed(flag: Any) -> bool | None:
    """None if PyTorch cannot say, because the program has used its newer settings too."""
    try:
        allowed: bool = flag.allow_tf32
    except RuntimeError:
        return None
    return allowed


def frozen() -> Any:
    """Within the block, and in its thread, torch.compile treats the weights as constants."""
    # The compiler then rearranges them: ResNet-50 took 38 ms of a core instead of 54.
    import torch._inductor.config as compiler

    return compiler.patch(freezing=True)


def frozen_in_any_thread(run: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``run``, compiled as in ``frozen`` by whichever thread first calls it with views of a shape."""
    own = local()

    def call(views: Any) -> Any:
        shapes = own.__dict__.setdefault("shapes", set())
        if views.shape in shapes:  # setting it takes 1.3 ms, more than a small network's forward
            return run(views)
        with frozen():
            scores = run(views)
        shapes.add(views.shape)
        return scores

    return call
