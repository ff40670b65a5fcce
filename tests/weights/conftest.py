"""A small network with every kind of pair, its mapping and its tensors; a web server that can break off."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.caffe.net import Net
from clsbench.weights.mapping import WeightsMapping, source_shapes
from clsbench.weights.pairs import Product, cell
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv

STYLE = Style()


@pytest.fixture
def small_net() -> Net:
    net = NetBuilder("small", 8, STYLE)
    net.conv_norm_relu("conv1", Conv(4, 3))
    net.conv("conv2", Conv(4, 3, group=2, bias=True))
    net.fully_connected("fc6", 5)
    net.fully_connected("fc7", 6)
    net.layer("Reshape", "map", [net.blob], {"shape": (0, 0, 1, 1)})
    net.conv("classifier", Conv(7, bias=True))
    return net.softmax()


@pytest.fixture
def small_mapping() -> WeightsMapping:
    pairs = (
        *cell(STYLE, "conv1", "stem.conv", "stem.bn"),
        Product("conv2", "grouped"),
        Product("fc6", "fc6", kernel=8),
        Product("fc7", "fc7"),
        Product("classifier", "head", kernel=0),
    )
    return WeightsMapping(pairs, eps=1e-5, not_needed=("aux.*",), older_names=((r"^old\.", "stem."),))


@pytest.fixture
def small_tensors(small_net: Net, small_mapping: WeightsMapping) -> dict[str, NDArray[Any]]:
    """One of each needed tensor, and two that are not needed."""
    random = np.random.default_rng(0)
    shapes = source_shapes(small_net, small_mapping)
    tensors: dict[str, NDArray[Any]] = {
        name: np.abs(random.standard_normal(shape, np.float32)) for name, shape in shapes.items()
    }
    return {**tensors, "stem.bn.num_batches_tracked": np.array(3), "aux.weight": np.ones(2, np.float32)}


@dataclass
class Server:
    """Files behind URLs; ``breaks`` tells after how many bytes each of the next answers ends."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    ranges: bool = True
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)  # method, path, Range


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """On this machine, beside whatever proxy the environment names."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("CLSBENCH_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    state = Server()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(state)) as http:
        state.url = f"http://127.0.0.1:{http.server_port}"
        Thread(target=http.serve_forever, daemon=True).start()
        yield state
        http.shutdown()


def _handler(state: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.asked.append((self.command, self.path, wanted))
            content = state.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            begin = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted and state.ranges else 0
            if begin >= len(content):
                self._head(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
                return
            part = f"bytes {begin}-{len(content) - 1}/{len(content)}"
            headers = {"Content-Length": str(len(content) - begin), **({"Content-Range": part} if begin else {})}
            self._head(206 if begin else 200, {**headers, **state.headers.get(self.path, {})})
            if self.command == "GET":
                end = begin + state.breaks.pop(0) if state.breaks else len(content)
                self.wfile.write(content[begin:end])

        do_HEAD = do_GET  # noqa: N815 - BaseHTTPRequestHandler's

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@pytest.fixture
def nothing_in(tmp_path: Path) -> Path:
    """An empty folder for what must not be written."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder
