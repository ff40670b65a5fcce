"""What a sidecar says holds in a run, unless the command line says otherwise; and weights that are fetched first."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from command_line import Cli

from clsbench.model.weights_file import sha256_of
from clsbench.weights.sidecar import Images, Sidecar, write_sidecar

MEAN, STD = [0.0, 0.0, 255.0], [50.0, 50.0, 50.0]  # far from what it was trained with
PUBLISHED = "+model.published.standard={single: [40.0, 18.0]}"
Put = Callable[..., Path]


@pytest.fixture
def put(shared: Path, tmp_path: Path) -> Put:
    """SqueezeNet's caffemodel in a folder of its own, with a sidecar."""

    def with_sidecar(**changes: Any) -> Path:
        path = tmp_path / "weights" / "squeezenet_v1.0.caffemodel"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(shared / "squeezenet" / "squeezenet_v1.0.caffemodel", path)
        said: dict[str, Any] = {
            "network": "squeezenet-v1.0",
            "source": "timm squeezenet",
            "location": "timm/squeezenet",
            "revision": None,
            "source_sha256": "0",
            "sha256": sha256_of(path),
            "licence": "MIT",
            "relation": "same",
            "evidence": "said so",
            "converted": "2026-01-01",
            "clsbench": "0.1.0",
            "images": Images(MEAN, STD, "bgr", "ilsvrc2012"),
        }
        write_sidecar(Sidecar(**(said | changes)), path)
        return path

    return with_sidecar


@pytest.fixture
def images(shared: Path) -> list[str]:
    root = shared / "imagenet_sample"
    labels = f"dataset.list={root}/val_ilsvrc2012_order.txt"
    return ["model=squeezenet-v1.0", "dataset=list", f"dataset.root={root}/images", labels, "limit=20"]


@pytest.mark.shared
def test_the_sidecars_preprocessing_holds_and_the_run_names_its_source(
    clsbench: Cli, put: Put, images: list[str]
) -> None:
    ended = clsbench(*images, f"paths.weights={put().parent}", PUBLISHED)
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.data.tags["weights_source"] == "timm squeezenet (same weights)"
    assert run.data.tags["weights_relation"] == "same"
    assert run.data.params["preprocessing"] == "sidecar"
    changed = f"preprocessing.mean={MEAN} preprocessing.std={STD}"
    assert run.data.tags["weights_settings"] == changed
    assert f"its sidecar sets {changed}" in " ".join(ended.said.split())
    kept = yaml.safe_load(ended.artifact("config.yaml").read_text())
    assert kept["preprocessing"]["mean"] == MEAN
    assert kept["preprocessing"]["std"] == STD
    assert run.data.metrics["published_top1_error"] == 40.0

    weights = f"model.weights={_plain(put())}"
    told = clsbench(*images, weights, f"preprocessing.mean={MEAN}", f"preprocessing.std={STD}")
    assert told.runs[0].data.metrics["top1_error"] == run.data.metrics["top1_error"]
    assert "weights_source" not in told.runs[0].data.tags
    plain = clsbench(*images, weights)
    assert plain.runs[0].data.metrics["top1_error"] != run.data.metrics["top1_error"]
    assert len({each.data.tags["fingerprint"] for each in plain.runs}) == 3


def _plain(path: Path) -> Path:
    """The same weights without their sidecar."""
    folder = path.parent.with_name("plain")
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(path, folder))


@pytest.mark.shared
def test_the_command_line_wins_over_the_sidecar(clsbench: Cli, put: Put, images: list[str]) -> None:
    weights = put(images=Images(MEAN, STD, "rgb", "ilsvrc2015"))
    asked = ["preprocessing=caffe", "model.label_order=ilsvrc2012", "model.channel_order=bgr"]
    ended = clsbench(*images, f"model.weights={weights}", *asked)
    assert ended.code == 0, ended.said
    assert ended.run.data.params["preprocessing"] == "caffe"
    kept = yaml.safe_load(ended.artifact("config.yaml").read_text())
    assert kept["preprocessing"]["mean"] == [104.0, 117.0, 123.0]
    assert (kept["model"]["label_order"], kept["model"]["channel_order"]) == ("ilsvrc2012", "bgr")
    assert "weights_settings" not in ended.run.data.tags
    unasked = clsbench(*images, f"model.weights={weights}", "task=export", "task.output=out")
    assert unasked.code == 0, unasked.said
    kept = yaml.safe_load(_config(unasked.outputs).read_text())
    assert (kept["model"]["label_order"], kept["model"]["channel_order"]) == ("ilsvrc2015", "rgb")


def _config(outputs: Path) -> Path:
    """The latest run's configuration."""
    return max((outputs / "runs").glob("*/config.yaml"))


@pytest.mark.shared
def test_weights_of_the_same_architecture_are_never_compared(clsbench: Cli, put: Put, images: list[str]) -> None:
    settings = {"pool_final": {"pool": "MAX"}}
    weights = put(relation="architecture", network_settings=settings)
    ended = clsbench(*images, f"model.weights={weights}", PUBLISHED)
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.data.tags["weights_relation"] == "architecture"
    assert run.data.tags["weights_source"] == "timm squeezenet (same architecture)"
    assert not [key for key in run.data.metrics if key.startswith(("published_", "delta_"))]
    assert "the published figures do not apply" in ended.said
    assert "pool: AVE" not in ended.artifact("network.prototxt").read_text()


@pytest.mark.shared
def test_a_sidecar_of_the_published_file_leaves_the_models_settings(clsbench: Cli, put: Put, images: list[str]) -> None:
    ended = clsbench(*images, f"model.weights={put(images=None, source='published by x')}")
    assert ended.code == 0, ended.said
    assert ended.run.data.params["preprocessing"] == "caffe"
    assert ended.run.data.tags["weights_source"] == "published by x (same weights)"


@pytest.mark.shared
def test_a_sidecar_beside_other_weights_stops_the_run(clsbench: Cli, put: Put, images: list[str]) -> None:
    ended = clsbench(*images, f"model.weights={put(sha256='0')}")
    assert ended.code == 1
    assert "belongs to a different file than squeezenet_v1.0.caffemodel" in ended.said
    assert "Traceback" not in ended.said


def test_weights_that_cannot_be_fetched_are_one_line(
    clsbench: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLSBENCH_OFFLINE", "1")
    ended = clsbench("model=dpn-92", "weights_from=hub", f"paths.weights={tmp_path}")
    assert ended.code == 1
    assert "CLSBENCH_OFFLINE is set" in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["model=dpn-92", "weights_from=there"], "weights_from=there: choose one of hub, published, timm, torchvision"),
        (["model=digits", "weights_from=hub"], "only weights of the zoo's networks"),
    ],
)
def test_weights_from_nowhere_are_refused(clsbench: Cli, tmp_path: Path, overrides: list[str], message: str) -> None:
    ended = clsbench(*overrides, f"paths.weights={tmp_path}")
    assert ended.code == 1
    assert message in ended.said


@pytest.mark.shared
def test_weights_that_are_there_are_not_fetched(
    clsbench: Cli, put: Put, images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLSBENCH_OFFLINE", "1")
    ended = clsbench(*images, f"paths.weights={put().parent}", "weights_from=hub")
    assert ended.code == 0, ended.said
