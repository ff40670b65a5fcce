"""``python -m module`` in a fork of a process that has imported the packages of others: the same command, 3 s sooner.

The process imports none of our own modules: each command imports those by itself, and so finds what is missing. Run as
a script with the number of a socket, this file is the process; it ends when the other end is closed.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

_LENGTH = struct.Struct("!Q")
_NUMBER = struct.Struct("!q")
_NONE: Mapping[str, str] = {}
# What most commands import, or those of the doctor and the reports; MLflow takes most of the time.
_PACKAGES = (
    "mlflow.tracking",
    "mlflow.store.tracking.sqlalchemy_store",
    "mlflow.data.dataset",
    "hydra",
    "rich.console",
    "onnx",
    "cv2",
    "matplotlib.figure",
    "scipy.stats",
)


def run_module(
    module: str,
    arguments: Sequence[str],
    folder: Path,
    seconds: float = 300,
    variables: Mapping[str, str] = _NONE,
) -> tuple[int, str]:
    """The exit code and the output, stdout first. After ``seconds``, kills the command and raises TimeoutExpired.

    ``variables`` are added to the current environment.
    """
    environment = {**os.environ, **variables}
    request = {"module": module, "arguments": list(arguments), "folder": str(folder), "environment": environment}
    message = json.dumps(request).encode()
    connection = _connection()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        socket.send_fds(connection, [_LENGTH.pack(len(message))], [out.fileno(), err.fileno()])
        connection.sendall(message)
        pid = _received_number(connection)
        connection.settimeout(seconds)
        try:
            code = _received_number(connection)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            connection.settimeout(None)
            _received_number(connection)
            raise subprocess.TimeoutExpired(module, seconds) from None
        connection.settimeout(None)
        return code, _text(out) + _text(err)


@cache
def _connection() -> socket.socket:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen([sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()])
    atexit.register(process.wait)
    atexit.register(ours.close)  # before the wait: last registered, first called
    return ours


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _received_number(connection: socket.socket) -> int:
    number: int = _NUMBER.unpack(_received(connection, _NUMBER.size))[0]
    return number


def _received(connection: socket.socket, length: int) -> bytes:
    """EOFError where the other end is closed."""
    received = b""
    while len(received) < length:
        if not (more := connection.recv(length - len(received))):
            raise EOFError
        received += more
    return received


def _next_command(connection: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    header, files, _, _ = socket.recv_fds(connection, _LENGTH.size, 2)
    if not header:
        return None
    header += _received(connection, _LENGTH.size - len(header))
    return json.loads(_received(connection, *_LENGTH.unpack(header))), files


def _serve(connection: socket.socket) -> dict[str, Any] | None:
    """Returns the request in each fork that runs it, and None in this process at the end."""
    while command := _next_command(connection):
        request, files = command
        if not (pid := os.fork()):
            for file, standard in zip(files, (1, 2), strict=True):
                os.dup2(file, standard)
                os.close(file)
            connection.close()
            return request
        for file in files:
            os.close(file)
        connection.sendall(_NUMBER.pack(pid))
        connection.sendall(_NUMBER.pack(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
    return None


if __name__ == "__main__":
    for package in _PACKAGES:
        import_module(package)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as served:
        command = _serve(served)
    if command:  # what was imported stays frozen: its end would else walk through all of it, which takes a second
        os.environ.clear()
        os.environ.update(command["environment"])
        os.chdir(command["folder"])
        sys.path[0] = command["folder"]
        sys.argv = [command["module"], *command["arguments"]]
        runpy.run_module(command["module"], run_name="__main__", alter_sys=True)
