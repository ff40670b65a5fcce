"""``mlflow ui`` as a user starts it, in a process group of its own, so that all of it can be stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ui:
    """Links as they were printed, but for the port, on which a user's own server may run."""

    sweep: str
    timing: str
    table: str
    failed: str
    engines: str
    models: str


_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


@contextmanager
def mlflow_ui(store: str, log: Path) -> Iterator[str]:
    """The server's address; at the end neither it nor any process that it started is alive."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "ui",
        "--backend-store-uri",
        store,
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    # Without its job runners, seven processes that show nothing.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with log.open("w") as output:
        server = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server, log)
        yield address
    finally:
        _stop(server)
    assert not members(server.pid), f"processes of mlflow ui are left: {members(server.pid)}"


def members(group: int) -> list[int]:
    """The living processes of a process group; what has ended and is not waited for is not counted."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
            if int(pgrp) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{address}/health", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"mlflow ui does not answer:\n{log.read_text()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(server.pid, ending)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline and members(server.pid):
            server.poll()
            time.sleep(0.05)
    server.wait()
