"""Every file in conf/ composes, and its targets can be built from what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from clsbench import config

GROUPS = sorted(path.name for path in config.CONF.iterdir() if path.is_dir() and path.name != "hydra")
OPTIONS = [(group, path.stem) for group in GROUPS for path in sorted((config.CONF / group).glob("*.yaml"))]
MODELS = [option for group, option in OPTIONS if group == "model"]


@pytest.fixture(autouse=True)
def hydra_with_conf() -> Iterator[None]:
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
        yield


def _composed(*overrides: str) -> DictConfig:
    return compose("config", overrides=list(overrides))


@pytest.mark.parametrize(("group", "option"), OPTIONS)
def test_every_option_composes_and_all_its_values_resolve(group: str, option: str) -> None:
    cfg = _composed(f"{group}={option}")
    assert OmegaConf.to_container(cfg, resolve=True)


@pytest.mark.parametrize(
    ("group", "option"), [each for each in OPTIONS if each[0] in ("preprocessing", "engine", "tracking")]
)
def test_every_target_can_be_built(group: str, option: str) -> None:
    assert instantiate(_composed(f"{group}={option}")[group]) is not None


@pytest.mark.parametrize("option", [option for group, option in OPTIONS if group == "crop"])
def test_every_crop_policy_has_the_name_of_its_file(option: str) -> None:
    crop = instantiate(_composed(f"crop={option}").crop)(crop_size=224, base_size=256)
    assert crop.name == option


@pytest.mark.parametrize("option", MODELS)
def test_every_model_names_its_sizes_or_leaves_them_to_the_user(option: str) -> None:
    model = _composed(f"model={option}").model
    assert set(model.sizes) in ({"standard", "large"}, {"standard"}, set())
    for size in model.sizes.values():
        assert size.crop_size <= size.base_size


def test_a_model_brings_its_own_preprocessing_and_dataset() -> None:
    cfg = _composed("model=se-resnet50")
    assert cfg.preprocessing.mean == [104.0, 117.0, 123.0]
    assert cfg.dataset.expected == 50_000
    assert cfg.model.label_order == "ilsvrc2015"


def test_the_command_line_wins_over_the_models_choices() -> None:
    cfg = _composed("model=se-resnet50", "preprocessing=torch", "dataset=list")
    assert cfg.preprocessing.std[0] == 57.375
    assert "list" in cfg.dataset


def test_the_packaged_conf_is_the_checkouts() -> None:
    assert Path(__file__).resolve().parents[2] / "conf" == config.CONF
