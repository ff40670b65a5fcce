"""A real MLflow server over HTTP that can be killed, frozen and started again on the same store."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class MlflowServer:
    """``mlflow server`` with SQLite and served artifacts below ``folder``, in a process group of its own.

    ``database`` and ``files``: addresses of another store and of another place of the artifacts; ``environment``: what
    it needs to reach them.
    """

    folder: Path
    database: str = ""
    files: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def uri(self) -> str:
        """Its address, the same after each start."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns once it answers."""
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        command += [
            "--workers",
            "1",
            "--serve-artifacts",
            "--artifacts-destination",
            self.files or f"{self.folder}/files",
        ]
        command += ["--backend-store-uri", self.database or f"sqlite:///{self.folder}/server.db"]
        environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        environment |= self.environment
        environment.pop("PYTEST_CURRENT_TEST", None)  # MLflow checks other things where it is set
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log, env=environment)
        deadline = time.monotonic() + 90
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < deadline, "mlflow server did not answer within 90 seconds"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to it and all its workers, which MLflow would leave behind."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Connections are still taken, by the system, but nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on, with what it was asked meanwhile."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.uri}/health", timeout=1).ok
        except requests.RequestException:
            return False
