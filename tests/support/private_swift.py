"""An object store that speaks S3: OpenStack Swift's servers, with a folder, ports and a password of their own.

It ends with the test, also with one that is killed.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow_server import free_port

_STORES = ("account", "container", "object")
# Starts a server for each file of settings, and kills them and removes their folder when stdin ends; $0 is the folder.
_UNTIL_STDIN_ENDS = """
for server in account container object proxy; do
    swift-$server-server "$0/$server.conf" & pids="$pids $!"
done
read -r _; kill -KILL $pids; wait; rm -rf "$0"
"""
# Each store's ring, of one disk; by Debian's Python, which has Swift.
_RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, *rings = sys.argv[1:]
for ring in rings:
    store, port = ring.split(":")
    builder = RingBuilder(4, 1, 0)
    at = {"ip": "127.0.0.1", "port": int(port), "replication_ip": "127.0.0.1", "replication_port": int(port)}
    builder.add_dev({"region": 1, "zone": 1, "weight": 1.0, "device": "disk", "meta": "", **at})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{store}.ring.gz")
"""
_PYTHON = "/usr/bin/python3"
_SERVER = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/node
mount_check = false
"""
_PROXY = """[pipeline:main]
pipeline = catch_errors cache s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {password} .admin
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


@dataclass(frozen=True)
class Bucket:
    """``uri``: an empty bucket; ``environment``: what MLflow needs to reach it; ``client``: boto3's."""

    uri: str
    environment: dict[str, str]
    client: Any

    def names(self) -> list[str]:
        """Of all objects in it."""
        listed = self.client.list_objects_v2(Bucket=self.uri.removeprefix("s3://"))
        return [found["Key"] for found in listed.get("Contents", [])]


def missing() -> list[str]:
    """The programs that this machine lacks."""
    needed = [f"swift-{name}" for name in ("proxy-server", *(f"{store}-server" for store in _STORES))]
    return [name for name in needed if shutil.which(name) is None]


@contextlib.contextmanager
def private_swift() -> Iterator[Bucket]:
    """A bucket, whose store is gone at the end."""
    folder, password = Path(tempfile.mkdtemp(prefix="swift-")), secrets.token_hex(8)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    port = _configured(folder, password, environment)
    command = ["sh", "-c", _UNTIL_STDIN_ENDS, str(folder)]
    log = folder / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=environment),
    ):
        secret = {
            "AWS_ACCESS_KEY_ID": "test:tester",
            "AWS_SECRET_ACCESS_KEY": password,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        address = f"http://127.0.0.1:{port}"
        client = _client(address, password)
        _make_bucket("mlflow", client, log)
        yield Bucket("s3://mlflow", {**secret, "MLFLOW_S3_ENDPOINT_URL": address}, client)
        # The with statement closes the shell's stdin and waits for its end.


def _configured(folder: Path, password: str, environment: dict[str, str]) -> int:
    """Writes the settings and the rings; the port of the proxy."""
    (folder / "node" / "disk").mkdir(parents=True)
    policy = "[storage-policy:0]\nname = one\ndefault = yes\n"
    (folder / "swift.conf").write_text(f"[swift-hash]\nswift_hash_path_suffix = private\n{policy}")
    known = {"folder": folder, "user": pwd.getpwuid(os.getuid()).pw_name}
    ports = {store: free_port() for store in _STORES}
    rings = [f"{store}:{port}" for store, port in ports.items()]
    subprocess.run([_PYTHON, "-c", _RINGS, str(folder), *rings], check=True, capture_output=True, env=environment)
    for store in _STORES:
        own = f"[pipeline:main]\npipeline = {store}-server\n[app:{store}-server]\nuse = egg:swift#{store}\n"
        (folder / f"{store}.conf").write_text(_SERVER.format(port=ports[store], **known) + own)
    port = free_port()
    (folder / "proxy.conf").write_text(_SERVER.format(port=port, **known) + _PROXY.format(password=password))
    return port


def _client(address: str, password: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id="test:tester",
        aws_secret_access_key=password,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
    )


def _make_bucket(name: str, client: Any, log: Path) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    deadline = time.monotonic() + 60
    while True:
        try:
            client.create_bucket(Bucket=name)
        except (BotoCoreError, ClientError):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        else:
            return
