"""Selects the execution provider of ONNX Runtime that runs the network, and checks that it does."""

import importlib
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from typing import Any, TypeAlias

from clsbench.engines.device import parse_device
from clsbench.engines.settings import NO_TF32, check_tf32_is_possible
from clsbench.errors import ConfigError, EngineError

log = logging.getLogger(__name__)

Wish: TypeAlias = Sequence[str | tuple[str, Mapping[str, str]]]

_NAMES = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider", "tensorrt": "TensorrtExecutionProvider"}
_PACKAGES = "pip uninstall onnxruntime, then pip install 'onnxruntime-gpu[cuda,cudnn]'"


@dataclass(frozen=True)
class Choice:
    """``name``: cpu, cuda or tensorrt; ``asked``: what the user requested, None if another one is acceptable."""

    name: str
    index: int  # of the GPU
    asked: str | None

    @property
    def device(self) -> str:
        """The device as a description has it."""
        return "cpu" if self.name == "cpu" else f"cuda:{self.index}"

    def is_used_by(self, session: Any) -> bool:
        """Whether ONNX Runtime used it; it falls back without raising. Raises EngineError if a fallback is wrong."""
        used = session.get_providers()
        if _NAMES[self.name] in used:
            return True
        if self.asked is None:
            return False
        more = ", and the TensorRT that this ONNX Runtime was built for" if self.name == "tensorrt" else ""
        raise EngineError(
            f"{self.asked}: ONNX Runtime could not use {_NAMES[self.name]} and fell back to {used[0]}; its message "
            f"says why: check nvidia-smi; 'onnxruntime-gpu[cuda,cudnn]' brings the CUDA libraries{more}"
        )


CPU = Choice("cpu", 0, None)


def check_provider(provider: str, device: str) -> None:
    """Raises ConfigError if ``provider`` does not exist, or does not run on ``device``."""
    wish = parse_device(device)
    if provider not in ("auto", *_NAMES):
        raise ConfigError(f"engine.provider={provider}: give auto, {', '.join(_NAMES)}")
    if provider == "cpu" and wish.must_be_cuda:
        raise ConfigError(f"engine.provider=cpu device={device}: this provider runs on the CPU; use device=cpu")
    if provider in ("cuda", "tensorrt") and not wish.may_be_cuda:
        raise ConfigError(f"engine.provider={provider} device={device}: this provider runs on a GPU; use device=cuda")


def chosen(onnxruntime: Any, provider: str, device: str) -> Choice:
    """The provider to try first; raises EngineError if this ONNX Runtime was built without the requested one."""
    wish, built = parse_device(device), onnxruntime.get_available_providers()
    if provider == "auto":
        asked = f"device={device}" if wish.must_be_cuda else None
        provider = "cuda" if asked or (wish.may_be_cuda and _NAMES["cuda"] in built) else "cpu"
    else:
        asked = f"engine.provider={provider}"
    if _NAMES[provider] not in built:
        raise EngineError(
            f"{asked}: the installed ONNX Runtime {onnxruntime.__version__} is a build without {_NAMES[provider]}; "
            f"{_PACKAGES} (for an NVIDIA GPU), or use device=cpu"
        )
    return Choice(provider, wish.index, asked)


def check_tf32(choice: Choice) -> None:
    """Raises EngineError if the provider does not compute in TF32; here, only CUDA does."""
    if choice.name != "cuda":
        raise EngineError(
            f"engine=onnxruntime precision=tf32: by its CUDA provider only, and this would be {_NAMES[choice.name]}; "
            "use precision=fp32"
        )
    check_tf32_is_possible()


def wish_list(onnxruntime: Any, choice: Choice, *, tf32: bool = False) -> Wish:
    """The list for ONNX Runtime: the provider, then those that take the operators it lacks."""
    if choice.name == "cpu":
        return [_NAMES["cpu"]]
    _load_libraries(onnxruntime)
    index = str(choice.index)
    # TF32 keeps 10 bits of the mantissa and is on by default, but it is not fp32.
    wish: Wish = [(_NAMES["cuda"], {"device_id": index, "use_tf32": "1" if tf32 else "0"}), _NAMES["cpu"]]
    if choice.name == "tensorrt":
        os.environ.setdefault(NO_TF32, "0")  # the provider has no setting for this
        with suppress(ImportError):
            importlib.import_module("tensorrt")  # loads the libraries installed by pip, if any
        wish = [(_NAMES["tensorrt"], {"device_id": index, "trt_fp16_enable": "0"}), *wish]
    return wish


def _load_libraries(onnxruntime: Any) -> None:
    if hasattr(onnxruntime, "preload_dlls"):  # finds the CUDA libraries installed by pip; prints those it does not find
        with redirect_stdout(StringIO()) as printed:
            onnxruntime.preload_dlls()
        log.debug("onnxruntime.preload_dlls: %s", printed.getvalue())
