"""A SLURM of two nodes on this machine alone, with a folder and ports of its own; it ends with whoever started it.

python tests/support/private_slurm.py FOLDER      # says SLURM_CONF; Ctrl-D, Ctrl-C or SIGTERM stops it and its jobs
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mlflow_server import free_port

_NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scancel", "scontrol")
_ADMINISTRATORS = "/usr/local/sbin:/usr/sbin:/sbin"  # where Debian has the daemons; no user's PATH has it
_READY_SECONDS = 60.0
# Jobs of a node share nothing, a requeue comes back, and what does not end within two seconds is killed.
_CONF = """
ClusterName=private
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
KillWait=2
GresTypes=gpu
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=8 RealMemory=4000 Gres=gpu:1
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=8 RealMemory=4000 Gres=gpu:1
PartitionName=gpu Nodes=ALL Default=YES MaxTime=INFINITE OverSubscribe=EXCLUSIVE State=UP
"""


def missing() -> list[str]:
    """The programs that this machine lacks."""
    return [name for name in _NEEDED if shutil.which(name, path=_path()) is None]


@contextlib.contextmanager
def private_slurm(folder: Path) -> Iterator[Path]:
    """What SLURM_CONF has to be for sbatch and the others; all of it is gone at the end, or with this process."""
    command = [sys.executable, str(Path(__file__)), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment
    ) as keeper:
        assert keeper.stdout
        said = keeper.stdout.readline()  # empty where it ended; the with statement closes its stdin, and so ends it
        assert said.startswith("SLURM_CONF="), _logs(folder)
        yield Path(said.strip().partition("=")[2])


def processes_of(conf: Path) -> list[int]:
    """The daemons of the SLURM of that file, its jobs and their steps."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"SLURM_CONF={conf}".encode() in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return found


def _path() -> str:
    return f"{os.environ['PATH']}:{_ADMINISTRATORS}"


def _keep(folder: Path) -> None:
    """Starts all, and stops all when stdin ends: a killed test's does."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PATH": _path(), "SLURM_CONF": str(_configured(folder))}
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        for command in _daemons(folder):
            with (folder / "output.log").open("ab") as log:
                daemons.append(
                    subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                )
        _wait_until_idle(environment, daemons)
        sys.stdout.write(f"SLURM_CONF={environment['SLURM_CONF']}\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        _stop(daemons, folder / "slurm.conf")


def _configured(folder: Path) -> Path:
    (folder / "munge").mkdir(exist_ok=True)
    (folder / "munge").chmod(0o711)
    key = folder / "munge" / "key"
    key.touch(0o600)
    key.write_bytes(secrets.token_bytes(128))
    (folder / "state").mkdir(exist_ok=True)
    host, user = socket.gethostname().partition(".")[0], pwd.getpwuid(os.getuid()).pw_name
    conf = folder / "slurm.conf"
    conf.write_text(_CONF.format(folder=folder, host=host, user=user, ports=[free_port() for _ in range(3)]))
    (folder / "gres.conf").write_text("Name=gpu File=/dev/null\n")
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
    return conf


def _daemons(folder: Path) -> Iterator[list[str]]:
    munge = folder / "munge"
    files = [f"--{name}-file={munge}/{name}" for name in ("key", "pid", "seed", "log")]
    yield ["munged", "--foreground", "--force", f"--socket={munge}/socket", *files]
    deadline = time.monotonic() + _READY_SECONDS
    while not (munge / "socket").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    yield ["slurmctld", "-D", "-i"]
    for node in ("node1", "node2"):
        yield ["slurmd", "-D", "-N", node]


def _wait_until_idle(environment: dict[str, str], daemons: list["subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    command = ["sinfo", "--noheader", "--Node", "--format=%T"]
    while time.monotonic() < deadline and not any(daemon.poll() for daemon in daemons):
        completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if completed.stdout.split() == ["idle", "idle"]:
            return
        time.sleep(0.2)
    raise SystemExit("private_slurm: its nodes did not come up; see *.log in its folder")


def _stop(daemons: list["subprocess.Popen[bytes]"], conf: Path) -> None:
    for pid in processes_of(conf):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for daemon in daemons:
        daemon.kill()
        daemon.wait()


def _logs(folder: Path) -> str:
    return "\n".join(f"{log}:\n{log.read_text()[-2000:]}" for log in sorted(folder.rglob("*.log")))


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
