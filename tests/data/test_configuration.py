"""conf/preprocessing, conf/crop and conf/dataset: every file builds its part and names every parameter of it."""

import inspect
from pathlib import Path

import pytest
from hydra.utils import get_object, instantiate
from kept_facts import rows
from omegaconf import DictConfig, OmegaConf

from clsbench.data.crop import Crop
from clsbench.data.preprocessing import Preprocessing

CONF = Path(__file__).parents[2] / "conf"
RUNS_OWN = {"crop": {"crop_size", "base_size"}, "dataset": set(), "preprocessing": set()}
OF_ALL_DATASETS = {"classes", "labels", "subset"}  # composition/images.py takes them
FILES = [file for group in RUNS_OWN for file in sorted((CONF / group).glob("*.yaml"))]


def load(group: str, name: str) -> DictConfig:
    config = OmegaConf.load(CONF / group / f"{name}.yaml")
    assert isinstance(config, DictConfig)
    return config


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}={file.stem}")
def test_a_file_names_every_parameter_of_its_target_and_none_has_a_default(file: Path) -> None:
    group, config = file.parent.name, load(file.parent.name, file.stem)
    parameters = inspect.signature(get_object(config._target_)).parameters
    read_elsewhere = OF_ALL_DATASETS - set(parameters)
    assert {key for key in config if not str(key).startswith("_")} - read_elsewhere | RUNS_OWN[group] == set(parameters)
    assert all(parameter.default is parameter.empty for parameter in parameters.values())


@pytest.mark.parametrize(("name", "views"), [("single", 1), ("multi10", 10), ("multi12", 12), ("multi144", 144)])
def test_a_crop_is_made_for_the_runs_sizes(name: str, views: int) -> None:
    crop: Crop = instantiate(load("crop", name))(crop_size=224, base_size=256)
    assert (crop.name, crop.crop_size, crop.base_size, crop.views_per_image) == (name, 224, 256, views)


def test_sizes_from_the_command_line_reach_the_crop() -> None:
    config = load("crop", "multi144")
    config.sizes = [227, 256]
    assert instantiate(config)(crop_size=227, base_size=256).sizes == (227, 256)


def test_preprocessing_equals_the_published_figures() -> None:
    published = rows("preprocessing")
    for row in published:
        made = instantiate(load("preprocessing", row["preset"]))
        assert made == Preprocessing(
            [float(row[f"mean_{channel}"]) for channel in "bgr"],
            [float(row[f"std_{channel}"]) for channel in "bgr"],
            1.0,
            "pixels",
        )
    assert {row["preset"] for row in published} | {"digits", "prototxt"} == {
        file.stem for file in (CONF / "preprocessing").glob("*.yaml")
    }
