"""Writes a net's weights as a caffemodel, blob by blob, without a second copy of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np

from clsbench.caffe.net import Blob, Layer, Net
from clsbench.caffe.whole_file import whole_file
from clsbench.caffe.wire_writer import bytes_field, field_head, varint
from clsbench.errors import WeightsError

_NET_NAME, _LAYER = 1, 100
_NAME, _TYPE, _BOTTOM, _TOP, _BLOBS = 1, 2, 3, 4, 7
_DATA, _SHAPE, _DIM = 5, 7, 1
_LARGEST_FILE = 2**31 - 1  # bytes: the largest message that protobuf reads

_Piece: TypeAlias = bytes | Blob


def write_caffemodel(net: Net, path: Path) -> None:
    """Writes ``path`` whole or not at all.

    Raises WeightsError if the weights do not fit into a caffemodel or cannot be written, DiskError if there is no
    room for them.
    """
    pieces = [bytes_field(_NET_NAME, net.name.encode()), *(piece for layer in net.layers for piece in _layer(layer))]
    size = _size(pieces)
    if size > _LARGEST_FILE:
        raise WeightsError(
            f"{path}: would have {size / 2**30:.1f} GiB, but no caffemodel exceeds 2; make the net smaller"
        )
    try:
        with whole_file(path, size) as file:
            for piece in pieces:
                file.write(piece if isinstance(piece, bytes) else np.ascontiguousarray(piece, "<f4").data)
    except OSError as error:
        raise WeightsError(f"{path}: cannot write the caffemodel: {error}") from error


def _layer(layer: Layer) -> Iterator[_Piece]:
    names = [(_NAME, layer.name), (_TYPE, layer.type)]
    names += [(_BOTTOM, name) for name in layer.bottoms] + [(_TOP, name) for name in layer.tops]
    head = b"".join(bytes_field(number, text.encode()) for number, text in names)
    blobs = [piece for blob in layer.blobs for piece in _blob(blob)]
    yield field_head(_LAYER, len(head) + _size(blobs)) + head
    yield from blobs


def _blob(blob: Blob) -> tuple[bytes, Blob]:
    shape = bytes_field(_SHAPE, bytes_field(_DIM, b"".join(map(varint, blob.shape))) if blob.shape else b"")
    data = field_head(_DATA, _size([blob]))
    return field_head(_BLOBS, len(shape) + len(data) + _size([blob])) + shape + data, blob


def _size(pieces: Iterable[_Piece]) -> int:
    """Bytes in the file, where every number takes four."""
    return sum(len(piece) if isinstance(piece, bytes) else 4 * piece.size for piece in pieces)
