"""A quantised network: made once for the same network, images and settings, and otherwise the fp32 one."""

from dataclasses import replace
from pathlib import Path

import pytest
from onnx_classifiers import OnnxClassifier
from small_views import SmallViews

from clsbench.model.file_cache import FileCache
from clsbench.model.onnx_facts import read_onnx_facts
from clsbench.model.onnx_model import OnnxModel
from clsbench.model.quantised import Quantised


@pytest.fixture
def made() -> list[Path]:
    """The files that were quantised."""
    return []


@pytest.fixture
def said() -> list[str]:
    """What was told."""
    return []


@pytest.fixture
def network(tmp_path: Path, made: list[Path], said: list[str]) -> Quantised:
    path = OnnxClassifier().written(tmp_path / "net.onnx")
    fp32 = OnnxModel("net", path, read_onnx_facts(path, None), (8, 8), 60.0, ("no softmax",))

    def quantise(source: Path, target: Path) -> None:
        made.append(source)
        target.write_bytes(b"int8")

    cache = FileCache(tmp_path / "cache", 2**20)
    return Quantised(fp32, SmallViews(), quantise, {"method": "minmax"}, "minmax, noise", "a test", cache, said.append)


def test_it_is_made_when_it_is_first_asked_for_and_then_kept(
    network: Quantised, made: list[Path], said: list[str]
) -> None:
    network.check()
    assert not made
    assert network.onnx().read_bytes() == b"int8"
    assert network.onnx() == replace(network).onnx()
    assert made == [network.fp32.onnx()]
    assert said == ["net: quantising to int8 by a test: minmax, noise"]


def test_other_images_settings_or_weights_make_another(network: Quantised, made: list[Path], tmp_path: Path) -> None:
    other = OnnxClassifier(softmax=False).written(tmp_path / "other.onnx")
    fp32 = OnnxModel("net", other, read_onnx_facts(other, None), (8, 8), 60.0)
    paths = {
        network.onnx(),
        replace(network, views=SmallViews(digest="other")).onnx(),
        replace(network, identity={"method": "entropy"}).onnx(),
        replace(network, fp32=fp32).onnx(),
    }
    assert len(paths) == len(made) == 4


def test_for_the_rest_it_is_the_fp32_network_with_notes_of_its_own(network: Quantised) -> None:
    fp32 = network.fp32
    assert (network.name, network.weights, network.classes) == (fp32.name, fp32.weights, fp32.classes)
    assert (network.input_shape, network.output, network.input_rms) == (fp32.input_shape, fp32.output, fp32.input_rms)
    assert (network.network_sha256, network.weights_sha256) == (fp32.network_sha256, fp32.weights_sha256)
    assert replace(network, warnings=("calibrated on few",)).notes == ("no softmax", "calibrated on few")
