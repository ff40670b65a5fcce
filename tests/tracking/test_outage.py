"""Which answers of a server mean "later", and which "never"."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from mlflow import MlflowClient
from mlflow.entities import Param
from mlflow_server import free_port

from clsbench.tracking.outage import TROUBLE, check_reachable, is_outage, limit_waiting, reason


class _Answer(BaseHTTPRequestHandler):
    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Retry-After", "600")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's signature
        pass


@pytest.fixture
def answering() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _trouble(uri: str) -> Exception:
    limit_waiting(5, 1)
    with pytest.raises(TROUBLE) as caught:
        MlflowClient(uri).log_batch("run", params=[Param("a", "1")])
    assert isinstance(caught.value, Exception)
    return caught.value


@pytest.mark.parametrize("status", [500, 502, 503, 507, 429, 401, 403])
def test_an_answer_that_blames_the_server_or_the_caller_may_come_right(
    answering: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Answer, "status", status)
    monkeypatch.setattr(_Answer, "body", b"<html>try later</html>")
    started = time.monotonic()
    assert is_outage(_trouble(answering))
    assert time.monotonic() - started < 300  # whatever pause it asks for


def test_a_page_that_is_no_answer_of_mlflow_may_come_right(answering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Answer, "body", b"<html>sign in to this network</html>")
    assert is_outage(_trouble(answering))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, json.dumps({"error_code": "INVALID_PARAMETER_VALUE", "message": "changed"}).encode()),
        (404, json.dumps({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no run"}).encode()),
        (404, b"not here"),
        (413, b"too large"),
    ],
)
def test_an_answer_that_blames_what_was_written_is_final(
    answering: str, status: int, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Answer, "status", status)
    monkeypatch.setattr(_Answer, "body", body)
    assert not is_outage(_trouble(answering))


def test_no_answer_is_an_outage_with_its_reason_in_a_line() -> None:
    uri = f"http://127.0.0.1:{free_port()}"
    try:
        int("of another matter")
    except ValueError:  # what is being handled is not the reason
        trouble = _trouble(uri)
    assert is_outage(trouble)
    assert reason(trouble) == "[Errno 111] Connection refused"
    with pytest.raises(OSError, match=r"^\[Errno 111\] Connection refused$"):
        check_reachable(uri)


def test_any_answer_opens_the_door(answering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Answer, "status", 404)
    check_reachable(answering)
    check_reachable("sqlite:////none.db")
