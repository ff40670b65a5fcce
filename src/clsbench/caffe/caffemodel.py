"""A caffemodel's weights by layer name, mapped into memory; the file's topology is ignored."""

import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from clsbench.caffe.blob_message import read_blob
from clsbench.caffe.caffemodel_writer import write_caffemodel
from clsbench.caffe.net import Blob
from clsbench.caffe.wire import BYTES, WireError, WireField, WireReader
from clsbench.errors import WeightsError

__all__ = ["Weights", "read_caffemodel", "write_caffemodel"]

Weights: TypeAlias = Mapping[str, tuple[Blob, ...]]

_V1_LAYERS, _LAYER = 2, 100  # fields of NetParameter
_NAME_AND_BLOBS = {_LAYER: (1, 7), _V1_LAYERS: (4, 6)}  # fields of the layer's message
_V0_LAYER = 1  # field of the V1 layer's message
_HEAD = 512  # bytes
_TEXT = frozenset(range(32, 127)) | frozenset(b"\t\r\n")


def read_caffemodel(path: Path) -> Weights:
    """Each layer's blobs, in the file's shapes, float32, read-only; layers without numbers are left out.

    The arrays map the file itself: do not overwrite it in place while they are in use. Raises WeightsError.
    """
    try:
        if not path.is_file():
            raise WeightsError(f"{path}: there is no such file; give the path of the caffemodel")
        with path.open("rb") as file:
            head = file.read(_HEAD)
            _check_head(path, head)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path}: cannot read the caffemodel: {error}") from error
    try:
        return _weights(WireReader(mapped), len(mapped), path)
    except WireError as error:
        raise WeightsError(
            f"{path}: damaged, or not a caffemodel: {error}; fetch it again and compare its size"
        ) from error


def _check_head(path: Path, head: bytes) -> None:
    start = head.lstrip()[:64].lower()
    if not head:
        raise WeightsError(f"{path}: the file is empty; fetch it again")
    if start.startswith(b"version https://git-lfs"):
        raise WeightsError(f"{path}: only the pointer of a file in Git LFS; fetch the file itself with git lfs pull")
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise WeightsError(
            f"{path}: a web page, not a caffemodel; the link leads to a page, so fetch the file behind it"
        )
    if set(head) <= _TEXT:
        raise WeightsError(f"{path}: a text file, not a caffemodel; a prototxt goes to model.prototxt")


def _weights(reader: WireReader, size: int, path: Path) -> Weights:
    weights: dict[str, tuple[Blob, ...]] = {}
    layers = 0
    for entry in reader.fields(0, size):
        if entry.number not in _NAME_AND_BLOBS or entry.wire != BYTES:
            continue
        layers += 1
        name, blobs = _layer(reader, entry, path)
        if not any(blob.size for blob in blobs):
            continue
        if name in weights:
            raise WeightsError(
                f"{path}: two layers named '{name}' have weights; weights are matched by name, so rename one"
            )
        weights[name] = blobs
    if not layers:
        raise WeightsError(f"{path}: holds no layers; give the caffemodel of a net (not a solverstate or a mean file)")
    return weights


def _layer(reader: WireReader, message: WireField, path: Path) -> tuple[str, tuple[Blob, ...]]:
    name_field, blobs_field = _NAME_AND_BLOBS[message.number]
    name, blobs = "", []
    for entry in reader.fields(message.start, message.end):
        if entry.wire != BYTES:
            continue
        if entry.number == name_field:
            name = _text(reader, entry)
        elif entry.number == blobs_field:
            try:
                blobs.append(read_blob(reader, entry.start, entry.end))
            except WireError as error:
                raise WireError(f"layer '{name}': {error}") from error
        elif message.number == _V1_LAYERS and entry.number == _V0_LAYER:
            raise WeightsError(
                f"{path}: the oldest format (V0) is not supported; upgrade the file with upgrade_net_proto_binary"
            )
    return name, tuple(blobs)


def _text(reader: WireReader, entry: WireField) -> str:
    try:
        return reader.bytes[entry.start : entry.end].tobytes().decode()
    except UnicodeDecodeError as error:
        raise WireError(f"a layer's name at byte {entry.start} is not text") from error
