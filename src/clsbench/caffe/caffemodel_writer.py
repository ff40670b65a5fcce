"""A net's weights written as a caffemodel, blob by blob, so that no second copy of them is made."""

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np

from clsbench.caffe.net import Blob, Layer, Net
from clsbench.caffe.wire import BYTES
from clsbench.errors import WeightsError

_NET_NAME, _LAYER = 1, 100
_NAME, _TYPE, _BOTTOM, _TOP, _BLOBS = 1, 2, 3, 4, 7
_DATA, _SHAPE, _DIM = 5, 7, 1
_LARGEST_FILE = 2**31 - 1  # bytes: what protobuf reads as one message

_Piece: TypeAlias = bytes | Blob


def write_caffemodel(net: Net, path: Path) -> None:
    """Writes ``path`` whole or not at all; WeightsError where the weights do not fit into a caffemodel or the disk."""
    pieces = [_bytes_field(_NET_NAME, net.name.encode()), *(piece for layer in net.layers for piece in _layer(layer))]
    size = _size(pieces)
    if size > _LARGEST_FILE:
        raise WeightsError(
            f"{path}: would have {size / 2**30:.1f} GiB, but no caffemodel exceeds 2; make the net smaller"
        )
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            for piece in pieces:
                file.write(piece if isinstance(piece, bytes) else np.ascontiguousarray(piece, "<f4").data)
        unfinished.replace(path)
    except OSError as error:
        raise WeightsError(f"{path}: cannot write the caffemodel: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _layer(layer: Layer) -> Iterator[_Piece]:
    names = [(_NAME, layer.name), (_TYPE, layer.type)]
    names += [(_BOTTOM, name) for name in layer.bottoms] + [(_TOP, name) for name in layer.tops]
    head = b"".join(_bytes_field(number, text.encode()) for number, text in names)
    blobs = [piece for blob in layer.blobs for piece in _blob(blob)]
    yield _head(_LAYER, len(head) + _size(blobs)) + head
    yield from blobs


def _blob(blob: Blob) -> tuple[bytes, Blob]:
    shape = _bytes_field(_SHAPE, _bytes_field(_DIM, b"".join(map(_varint, blob.shape))) if blob.shape else b"")
    data = _head(_DATA, _size([blob]))
    return _head(_BLOBS, len(shape) + len(data) + _size([blob])) + shape + data, blob


def _size(pieces: Iterable[_Piece]) -> int:
    """Bytes in the file, where every number takes four."""
    return sum(len(piece) if isinstance(piece, bytes) else 4 * piece.size for piece in pieces)


def _bytes_field(number: int, payload: bytes) -> bytes:
    return _head(number, len(payload)) + payload


def _head(number: int, length: int) -> bytes:
    return _varint(number << 3 | BYTES) + _varint(length)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
