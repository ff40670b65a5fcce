"""Files of torch.save, read with torch's loader that builds only tensors; needs the extra torch."""

import io
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.errors import WeightsError

_NESTED = "state_dict"  # where training scripts put it in their checkpoints


def read_torch_file(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a state dict, even inside a checkpoint. Raises WeightsError, and runs no code from the file."""
    torch = _torch()
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except UnpicklingError as error:
        reason = _first_line(error)
        raise WeightsError(
            f"{path}: refused: it is damaged, or holds more than tensors, and loading it could run code: {reason}"
        ) from error
    except Exception as error:
        raise WeightsError(
            f"{path}: not a file that torch can read ({type(error).__name__}: {_first_line(error)}); fetch it again"
        ) from error
    return _arrays(path, content, torch)


def torch_file_bytes(tensors: Mapping[str, NDArray[np.float32]], path: Path) -> bytes:
    """The bytes that torch.save writes for ``path``."""
    torch = _torch(f"{path}: ")
    memory = io.BytesIO()
    torch.save({name: torch.from_numpy(np.array(array)) for name, array in tensors.items()}, memory)
    return memory.getvalue()


def _arrays(path: Path, content: object, torch: Any) -> dict[str, NDArray[Any]]:
    if isinstance(content, Mapping) and isinstance(content.get(_NESTED), Mapping):
        content = content[_NESTED]
    if not isinstance(content, Mapping):
        raise WeightsError(f"{path}: holds a {type(content).__name__}, not a state dict; save model.state_dict()")
    others = [str(name) for name, value in content.items() if not _is_plain(value, torch)]
    if others:
        raise WeightsError(f"{path}: not a state dict of plain tensors: {', '.join(others)}; save model.state_dict()")
    return {str(name): _array(tensor, torch) for name, tensor in content.items()}


def _is_plain(value: object, torch: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.layout == torch.strided and not value.is_quantized


def _array(tensor: Any, torch: Any) -> NDArray[Any]:
    # numpy has no bfloat16, and float32 represents each of its numbers exactly
    exact = tensor.float() if tensor.dtype == torch.bfloat16 else tensor
    array: NDArray[Any] = exact.detach().numpy()
    return array


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _torch(place: str = "") -> Any:
    try:
        import torch  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise WeightsError(f"{place}.pth files need the extra torch: pip install 'clsbench[torch]'") from error
    return torch


def check_torch() -> None:
    """Raises WeightsError if torch is not installed."""
    _torch()
