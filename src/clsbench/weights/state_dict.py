"""A state dict read from a file of safetensors or torch, and written to one; nothing in the file is ever run."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.whole_file import whole_file
from clsbench.errors import DiskError, WeightsError
from clsbench.weights.torch_file import read_torch_file, torch_file_bytes

log = logging.getLogger(__name__)

StateDict: TypeAlias = Mapping[str, NDArray[Any]]

_HEAD = 64  # bytes
_WEB_PAGE = (b"<!doctype", b"<html", b"<?xml")
# A safetensors file: 8 bytes for the length of the JSON object that follows.
_LENGTH = 8
# About a hundred bytes per tensor; the published networks have up to 2,000. With a million, the library takes over a
# minute.
_LARGEST_HEADER = 8 * 2**20


def read_state_dict(path: Path) -> StateDict:
    """The tensors of ``path`` by name, whatever its suffix. Raises WeightsError."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as error:
        raise WeightsError(f"{path}: there is no such file; give the path of a .safetensors or .pth file") from error
    except OSError as error:
        raise WeightsError(f"{path}: cannot read it: {error}") from error
    _check_head(path, head)
    return _read_safetensors(path, head) if head[_LENGTH : _LENGTH + 1] == b"{" else read_torch_file(path)


def write_state_dict(tensors: Mapping[str, NDArray[np.float32]], path: Path, notes: Mapping[str, str]) -> None:
    """Writes ``path``, a .safetensors or .pth file, whole or not at all; the former carries ``notes``."""
    if path.suffix == ".safetensors":
        content = _safetensors().save(dict(tensors), {"format": "pt", **notes})
    elif path.suffix in (".pth", ".pt"):
        content = torch_file_bytes(tensors, path)
    else:
        raise WeightsError(f"{path}: a state dict's file ends in .safetensors or .pth; give it one of the two names")
    try:
        with whole_file(path, len(content)) as file:
            file.write(content)
    except (OSError, DiskError) as error:
        raise WeightsError(f"{path}: cannot write it: {error}") from error


def _check_head(path: Path, head: bytes) -> None:
    start = head.lstrip().lower()
    if not head:
        raise WeightsError(f"{path}: the file is empty; fetch it again")
    if start.startswith(_WEB_PAGE):
        raise WeightsError(f"{path}: a web page, not weights; the link leads to a page, so fetch the file behind it")
    if start.startswith(b"version https://git-lfs"):
        raise WeightsError(f"{path}: only the pointer of a file in Git LFS; fetch the file itself with git lfs pull")


def _read_safetensors(path: Path, head: bytes) -> StateDict:
    library = _safetensors()
    header = int.from_bytes(head[:_LENGTH], "little")
    if header > _LARGEST_HEADER:
        raise WeightsError(
            f"{path}: damaged, or no classifier's weights: its list of tensors takes {header} bytes, and "
            f"{_LARGEST_HEADER} have room for those of any network here; fetch it again"
        )
    try:
        tensors: StateDict = library.load_file(path)
    except MemoryError:
        raise
    except Exception as error:
        raise WeightsError(f"{path}: damaged, or with numbers that numpy does not know: {error!r}") from error
    return tensors


def _safetensors() -> Any:
    try:
        import safetensors.numpy  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise WeightsError("safetensors files need the extra hub: pip install 'clsbench[hub]'") from error
    return safetensors.numpy
