"""The Hugging Face hub's client against a server on this machine that answers as the hub does."""

import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from clsbench.errors import WeightsError
from clsbench.weights import hub_file
from clsbench.weights.hub_file import fetch_hub_file

CONTENT = save({"a": np.ones(1000, np.float32)})
SHA256 = hashlib.sha256(CONTENT).hexdigest()
COMMIT = "c" * 40


class Hub:
    """huggingface_hub with the address and the cache that it otherwise takes from the environment as it is imported."""

    class constants:  # noqa: N801 - the package's name
        ENDPOINT = ""

    def __init__(self, endpoint: str, cache: Path) -> None:
        self.constants.ENDPOINT = endpoint
        self.cache = cache

    def hf_hub_download(self, repository: str, name: str, *, local_files_only: bool) -> str:
        from huggingface_hub import hf_hub_download

        return hf_hub_download(
            repository,
            name,
            endpoint=self.constants.ENDPOINT,
            cache_dir=self.cache,
            local_files_only=local_files_only,
        )


@pytest.fixture
def hub(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    path = "/timm/x/resolve/main/model.safetensors"
    server.files[path] = CONTENT
    server.headers[path] = {"ETag": f'"{SHA256}"', "X-Linked-ETag": f'"{SHA256}"', "X-Repo-Commit": COMMIT}
    made = Hub(server.url, tmp_path / "hub")
    monkeypatch.setattr(hub_file, "_hub", lambda: made)
    return made


def test_a_file_of_the_hub_comes_with_its_commit(hub: Hub) -> None:
    path, commit = fetch_hub_file("timm/x")
    assert path.read_bytes() == CONTENT
    assert commit == COMMIT


def test_a_file_in_the_hubs_cache_needs_no_network(hub: Hub, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_hub_file("timm/x")
    server.asked.clear()
    monkeypatch.setenv("CLSBENCH_OFFLINE", "1")
    assert fetch_hub_file("timm/x")[1] == COMMIT
    hub.constants.ENDPOINT = "http://127.0.0.1:9"
    monkeypatch.delenv("CLSBENCH_OFFLINE")
    assert fetch_hub_file("timm/x")[1] == COMMIT
    assert not server.asked


def test_a_file_that_was_spoilt_in_the_cache_is_found_out(hub: Hub) -> None:
    path, _ = fetch_hub_file("timm/x")
    path.resolve().write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(WeightsError, match="damaged, its sha256 is not its name"):
        fetch_hub_file("timm/x")


def test_without_network_or_where_it_is_forbidden_there_is_one_line(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.constants.ENDPOINT = "http://127.0.0.1:9"
    with pytest.raises(WeightsError, match=r"timm/x on .*: http://127.0.0.1:9 cannot be reached") as caught:
        fetch_hub_file("timm/x")
    assert "\n" not in str(caught.value)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsError, match="HF_HUB_OFFLINE is set"):
        fetch_hub_file("timm/x")


def test_a_repository_that_there_is_not_is_one_line(hub: Hub) -> None:
    with pytest.raises(WeightsError, match="timm/y on the Hugging Face hub: not fetched") as caught:
        fetch_hub_file("timm/y")
    assert "\n" not in str(caught.value)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", None)
    with pytest.raises(WeightsError, match=r"pip install 'clsbench\[hub\]'"):
        fetch_hub_file("timm/x")
