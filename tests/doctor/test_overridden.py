"""Overrides put into a composed configuration are what Hydra makes of them."""

from collections.abc import Iterator

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from clsbench import config
from clsbench.doctor.overridden import overridden


@pytest.fixture(autouse=True)
def hydra_with_conf() -> Iterator[None]:
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
        yield


@pytest.mark.parametrize(
    "overrides",
    [
        ["preprocessing=torch"],
        ["preprocessing.mean=[1.5,2,3]", "preprocessing=caffe", "preprocessing.scale=0.017"],
        ["resize=squash", "base_size=[200,100]", "crop_size=96"],
        ["model.label_order=null", "dataset=list", "dataset.first_label=-1", "model.channel_order=rgb"],
    ],
)
def test_options_come_first_and_values_are_typed(overrides: list[str]) -> None:
    given = ["model=resnet50", "dataset=list"]
    changed = overridden(compose("config", overrides=given), overrides)
    own = [each for each in given if each not in overrides]
    assert OmegaConf.to_container(changed) == OmegaConf.to_container(compose("config", overrides=own + overrides))


def test_the_given_configuration_stays_as_it_was() -> None:
    cfg = compose("config", overrides=["model=resnet50"])
    before = OmegaConf.to_yaml(cfg)
    overridden(cfg, ["preprocessing=torch", "crop_size=96"])
    assert OmegaConf.to_yaml(cfg) == before
