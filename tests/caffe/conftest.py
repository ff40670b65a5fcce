"""What the tests of Caffe's files share: nets from the facts, and the real pycaffe as judge of shapes."""

import json
import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kept_facts import published_networks
from layer_checks import check_of, layer_of

from clsbench.caffe.net import Net, Shape
from clsbench.caffe.prototxt import parse_prototxt
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.errors import NetError
from clsbench.zoo.catalogue import generated, read_catalogue

ROOT = Path(__file__).resolve().parents[2]
CONF_MODEL = ROOT / "conf" / "model"

# Answers each line, the path of a prototxt, with the shapes of blobs and parameters. Caffe ends its process where it
# refuses a net, so each net is built in a fork.
_WORKER = """
import json, os, sys
import caffe
for line in iter(sys.stdin.readline, ""):
    child = os.fork()
    if child == 0:
        net = caffe.Net(line.strip(), caffe.TEST)
        blobs = {name: list(blob.data.shape) for name, blob in net.blobs.items()}
        params = {name: [list(blob.data.shape) for blob in blobs] for name, blobs in net.params.items()}
        sys.stdout.write(json.dumps([blobs, params]) + chr(10))
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.stdout.write("null" + chr(10))
        sys.stdout.flush()
"""

CaffeShapes = tuple[dict[str, Shape], dict[str, tuple[Shape, ...]]]


@pytest.fixture(scope="session")
def pycaffe_shapes(
    caffe_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Net], CaffeShapes | None]]:
    """Builds a net in real pycaffe: its blobs' and its parameters' shapes, or None where Caffe refuses it."""
    prototxt = tmp_path_factory.mktemp("pycaffe") / "net.prototxt"
    with subprocess.Popen(
        [caffe_python, "-c", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "GLOG_minloglevel": "2"},
    ) as process:

        def shapes(net: Net) -> CaffeShapes | None:
            assert process.stdin is not None
            assert process.stdout is not None
            prototxt.write_text(prototxt_text(net), encoding="utf-8")
            print(prototxt, file=process.stdin, flush=True)
            answer = json.loads(process.stdout.readline())
            if answer is None:
                return None
            blobs, params = answer
            return (
                {name: tuple(shape) for name, shape in blobs.items()},
                {name: tuple(map(tuple, shapes)) for name, shapes in params.items()},
            )

        yield shapes


@pytest.fixture(scope="session")
def refusal() -> Callable[[str], str]:
    """The message with which a prototxt's text is refused."""

    def message(text: str) -> str:
        with pytest.raises(NetError) as caught:
            parse_prototxt(text, "net.prototxt")
        return str(caught.value)

    return message


@pytest.fixture(scope="session")
def published_net() -> Callable[[str], Net]:
    """A published network, by name: its gathered layers where those are, else the zoo's; both are checked."""
    catalogue = read_catalogue(CONF_MODEL)
    gathered = Path(os.environ.get("CLSBENCH_FACTS", ROOT.parent / "shared" / "facts")) / "networks"

    def read(name: str) -> Net:
        about = published_networks()[name]
        path = gathered / f"{name}.json"
        if path.is_file():
            facts = json.loads(path.read_text(encoding="utf-8"))["layers"]
            layers = tuple(layer_of(fact) for fact in facts if fact["type"] != "Input")
        else:
            layers = generated(catalogue[name]).layers
        assert tuple(map(check_of, layers)) == about.checks
        return Net(about.net_name, {"data": (1, 3, about.input_size, about.input_size)}, layers)

    return read


@pytest.fixture(scope="session")
def field() -> Callable[[int, int | float | bytes], bytes]:
    """Encodes one protobuf field: an int as varint, a float as its four bytes, bytes as they are."""

    def varint(value: int) -> bytes:
        low, high = value & 0x7F, value >> 7
        return bytes([low | 0x80]) + varint(high) if high else bytes([low])

    def encode(number: int, value: int | float | bytes) -> bytes:
        if isinstance(value, bytes):
            return varint(number << 3 | 2) + varint(len(value)) + value
        if isinstance(value, float):
            return varint(number << 3 | 5) + struct.pack("<f", value)
        return varint(number << 3) + varint(value % 2**64)

    return encode
