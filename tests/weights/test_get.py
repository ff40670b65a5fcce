"""``get`` from end to end, against a server on this machine in the place of the releases' and the hub's."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from clsbench.caffe.net import Net
from clsbench.config import CONF
from clsbench.errors import WeightsError
from clsbench.weights import get
from clsbench.weights.get import Wanted, got
from clsbench.weights.mapping import source_shapes
from clsbench.weights.mappings import mapping_of
from clsbench.weights.origins import HUB, PUBLISHED
from clsbench.weights.sidecar import read_sidecar
from clsbench.weights.source import Source
from clsbench.weights.sources import source_of
from clsbench.zoo.catalogue import generated, read_catalogue


@pytest.fixture(scope="module")
def net() -> Net:
    return generated(read_catalogue(CONF / "model")["resnet18-priv"])


@pytest.fixture(scope="module")
def release(net: Net) -> bytes:
    """A .pth file with seeded numbers."""
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(0)
    shapes = source_shapes(net, mapping_of(net.name, "torchvision"))
    memory = io.BytesIO()
    torch.save({name: torch.from_numpy(random.random(shape, np.float32)) for name, shape in shapes.items()}, memory)
    return memory.getvalue()


@pytest.fixture
def put(server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Source]:
    """Puts a release file on the server, and torchvision's source there."""

    def on_server(content: bytes) -> Source:
        name = f"/resnet18-{hashlib.sha256(content).hexdigest()[:8]}.pth"
        server.files[name] = content
        source = replace(source_of("resnet18-priv", "torchvision"), location=server.url + name)
        monkeypatch.setattr(get, "source_of", lambda *_: source)
        return source

    return on_server


@pytest.mark.usefixtures("need_torch")
def test_a_release_file_becomes_a_caffemodel_with_its_sidecar(
    net: Net, release: bytes, put: Callable[[bytes], Source], server: Any, tmp_path: Path
) -> None:
    source = put(release)
    server.breaks = [1_000_000]
    output = tmp_path / "weights" / "r.caffemodel"
    sidecar = got(Wanted(net, "torchvision", output))
    assert read_sidecar(output) == sidecar
    assert (sidecar.source, sidecar.location) == ("torchvision resnet18", source.location)
    assert sidecar.source_sha256 == hashlib.sha256(release).hexdigest()
    assert not list((tmp_path / "weights" / "downloads").iterdir())  # its numbers are in the caffemodel


@pytest.mark.usefixtures("need_torch")
def test_a_release_file_with_other_tensors_writes_nothing_and_is_kept(
    net: Net, put: Callable[[bytes], Source], tmp_path: Path
) -> None:
    import torch

    memory = io.BytesIO()
    torch.save({"conv1.weight": torch.zeros(1)}, memory)
    put(memory.getvalue())
    with pytest.raises(WeightsError, match="tensors are not as resnet18-priv's; nothing is written"):
        got(Wanted(net, "torchvision", tmp_path / "r.caffemodel"))
    assert {path.name for path in tmp_path.iterdir()} == {"downloads"}


@pytest.mark.usefixtures("need_torch")
def test_without_network_the_way_around_is_named(net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = replace(source_of(net.name, "torchvision"), location="http://127.0.0.1:9/resnet18-f37072fd.pth")
    monkeypatch.setattr(get, "source_of", lambda *_: nowhere)
    convert = r"clsbench weights convert resnet18-priv --state-dict resnet18-f37072fd.pth --from torchvision --output"
    with pytest.raises(WeightsError, match=f"cannot be reached.*; or fetch it elsewhere, then {convert}"):
        got(Wanted(net, "torchvision", tmp_path / "r.caffemodel"))
    monkeypatch.setenv("CLSBENCH_OFFLINE", "1")
    with pytest.raises(WeightsError, match=f"CLSBENCH_OFFLINE is set; .*{convert}"):
        got(Wanted(net, "torchvision", tmp_path / "r.caffemodel"))


def test_a_file_of_the_hub_becomes_a_caffemodel(net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.safetensors"
    shapes = source_shapes(net, mapping_of(net.name, "timm"))
    save_file({name: np.ones(shape, np.float32) for name, shape in shapes.items()}, path)
    monkeypatch.setattr(get, "fetch_hub_file", lambda repository: (path, "c" * 40))
    sidecar = got(Wanted(net, HUB, tmp_path / "r.caffemodel"))
    assert (sidecar.source, sidecar.revision) == ("timm resnet18.tv_in1k", "c" * 40)
    assert path.is_file()  # the hub's cache is the hub's


def test_a_hub_that_is_not_reached_is_one_line_with_the_way_around(
    net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(repository: str) -> None:
        raise WeightsError(f"{repository}: not fetched")

    monkeypatch.setattr(get, "fetch_hub_file", refuse)
    with pytest.raises(
        WeightsError, match=r"not fetched; or fetch it elsewhere, then .* --from timm --output"
    ) as caught:
        got(Wanted(net, HUB, tmp_path / "r.caffemodel"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "reason"), [("resnet50", "halve the image"), ("air101", "no library has weights")])
def test_a_network_that_no_library_has_says_why(tmp_path: Path, name: str, reason: str) -> None:
    other = generated(read_catalogue(CONF / "model")[name])
    with pytest.raises(WeightsError, match=f"{reason}.*--from published"):
        got(Wanted(other, HUB, tmp_path / "x.caffemodel"))


def test_published_goes_to_the_publishers_link(net: Net, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"in a browser: https://pan.baidu.com/s/1hrYc3La"):
        got(Wanted(net, PUBLISHED, tmp_path / "x.caffemodel"))
