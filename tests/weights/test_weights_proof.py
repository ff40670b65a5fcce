"""One network of each family: converted random weights give what the hub's own model gives.

Runs where timm and torchvision import: in the environment that tools/setup_weights_check.sh makes.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

# Looked for without loading torch, which a process of the common tests must not do.
if importlib.util.find_spec("timm") is None or importlib.util.find_spec("torchvision") is None:
    pytest.skip("no timm and torchvision here; tools/setup_weights_check.sh", allow_module_level=True)

from weights_proof import TOLERANCE, Agreement, agreements

from clsbench.config import CONF
from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.mappings import mapping_of
from clsbench.weights.sources import source_of
from clsbench.zoo.catalogue import read_catalogue

ONE_OF_EACH_FAMILY = (
    ("se-resnet50", "timm"),
    ("se-resnext50-32x4d", "timm"),
    ("dpn-68-extra", "timm"),
    ("dpn-92", "timm"),
    ("inception-v3", "timm"),
    ("inception-v4", "timm"),
    ("inception-resnet-v2", "timm"),
    ("xception", "timm"),
    ("resnet18-priv", "torchvision"),
    ("resnext50-32x4d", "timm"),
    ("vgg13bn-pytorch", "timm"),
    ("vgg13-pytorch", "torchvision"),
    ("densenet121", "torchvision"),
)


def agreement(network: str, library: str, folder: Path) -> Agreement:
    entry = read_catalogue(CONF / "model")[network]
    (result,) = agreements(source_of(network, library), entry, folder, ["standard"])
    return result


@pytest.mark.parametrize(("network", "library"), ONE_OF_EACH_FAMILY)
def test_converted_weights_give_what_the_hub_s_own_model_gives(network: str, library: str, tmp_path: Path) -> None:
    result = agreement(network, library, tmp_path)
    assert result.same_argmax
    assert result.difference <= TOLERANCE


def _red_first(mapping: WeightsMapping) -> WeightsMapping:
    return replace(mapping, rgb=False)


def _two_modules_changed_places(mapping: WeightsMapping) -> WeightsMapping:
    here, there = "layer2.0.conv2", "layer2.1.conv2"
    other = {here: there, there: here}
    return replace(
        mapping, pairs=tuple(replace(pair, module=other.get(pair.module, pair.module)) for pair in mapping.pairs)
    )


@pytest.mark.parametrize("spoilt", [_red_first, _two_modules_changed_places])
def test_a_conversion_that_mixes_something_up_is_found_out(
    spoilt: Callable[[WeightsMapping], WeightsMapping], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "clsbench.weights.convert.mapping_of", lambda network, library: spoilt(mapping_of(network, library))
    )
    assert not agreement("resnet18-priv", "timm", tmp_path).passed


@pytest.mark.parametrize("network", ["inception-v4", "xception"])
def test_what_the_hub_s_code_computes_otherwise_shows(network: str, tmp_path: Path) -> None:
    untouched = agreement(network, "timm", tmp_path).untouched
    assert untouched is not None
    assert untouched > 10 * TOLERANCE


def test_a_network_that_the_hub_s_code_computes_alike_is_compared_as_it_is(tmp_path: Path) -> None:
    result = agreement("resnet18-priv", "timm", tmp_path)
    assert (result.changed, result.untouched) == (None, None)
