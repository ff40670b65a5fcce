"""A PostgreSQL with a folder, a port and a password of its own; it ends with the test, also with one that is killed."""

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mlflow_server import free_port

_USER = "clsbench"
_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
# Ends postgres (SIGINT: at once, in order) and removes its folder, when stdin ends; $0 is the folder.
_UNTIL_STDIN_ENDS = '"$@" & pid=$!; read -r _; kill -INT $pid; wait $pid; rm -rf "$0"'


def programs() -> Path | None:
    """The folder of initdb and postgres, where there is one; Debian's is on no PATH."""
    debians = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb", path=":".join([*map(str, debians), os.environ["PATH"]]))
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def private_postgresql() -> Iterator[str]:
    """The address of an empty database, with user and password."""
    where = programs()
    assert where is not None
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    password, port, user = secrets.token_hex(8), free_port(), None
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        user = _UNPRIVILEGED
        for path in (folder, folder / "password"):
            shutil.chown(path, user)
    data = folder / "data"
    initdb = [str(where / "initdb"), f"--pgdata={data}", f"--username={_USER}", f"--pwfile={folder}/password"]
    initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
    subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True)
    options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
    postgres = [str(where / "postgres"), "-D", str(data), "-p", str(port), *(f"-c{option}" for option in options)]
    command = ["sh", "-c", _UNTIL_STDIN_ENDS, str(folder), *postgres]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd="/"
    ) as keeper:
        _wait_until_ready([str(where / "pg_isready"), "--host=127.0.0.1", f"--port={port}"], keeper)
        yield f"postgresql+psycopg://{_USER}:{password}@127.0.0.1:{port}/postgres"
        # The with statement closes its stdin and waits for its end.


def _wait_until_ready(command: list[str], keeper: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while subprocess.run(command, capture_output=True, check=False).returncode:
        assert keeper.poll() is None
        assert time.monotonic() < deadline, "PostgreSQL did not answer within 60 seconds"
        time.sleep(0.1)
