"""Runs nets on real pycaffe for the tests, one after another; needs caffe and numpy alone.

A request and its answer are npz archives, each after its length in 8 bytes. The request has ``prototxt`` (text),
``input:NAME`` and ``blob:INDEX:LAYER``; the answer has the net's outputs by name.
"""

import io
import os
import struct
import sys
import tempfile
from typing import Any, BinaryIO, Dict, Optional  # noqa: UP035  # read by Python 3.9

import caffe
import numpy as np


def answer(request: Dict[str, Any]) -> Dict[str, Any]:  # noqa: UP006
    """The output blobs of the request's net."""
    with tempfile.NamedTemporaryFile("w", suffix=".prototxt") as file:
        file.write(str(request["prototxt"]))
        file.flush()
        net = caffe.Net(file.name, caffe.TEST)
    given = {key.split(":", 2)[2] for key in request if key.startswith("blob:")}
    if given != set(net.params):
        raise ValueError(f"weights for {sorted(given)}, but Caffe wants them for {sorted(net.params)}")
    for key, values in request.items():
        if key.startswith("blob:"):
            _, index, layer = key.split(":", 2)
            _fill(net.params[layer][int(index)], values, key)
        elif key.startswith("input:"):
            _fill(net.blobs[key[len("input:") :]], values, key)
    net.forward()
    return {name: net.blobs[name].data for name in net.outputs}


def _fill(blob: Any, values: Any, what: str) -> None:
    if blob.data.shape != values.shape:
        raise ValueError(f"{what}: {values.shape} given, but Caffe has {blob.data.shape}")
    blob.data[...] = values


def _read(stream: BinaryIO) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
    head = stream.read(8)
    if len(head) < 8:
        return None
    with np.load(io.BytesIO(stream.read(*struct.unpack("<q", head)))) as archive:
        return {key: archive[key] for key in archive.files}


def _write(stream: BinaryIO, arrays: Dict[str, Any]) -> None:  # noqa: UP006
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    stream.write(struct.pack("<q", buffer.tell()) + buffer.getvalue())
    stream.flush()


if __name__ == "__main__":
    caffe.set_mode_cpu()
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever Caffe prints must not get between the answers
    while True:
        request = _read(sys.stdin.buffer)
        if request is None:
            break
        _write(replies, answer(request))
