"""The demo as a run without overrides sees it: composed from conf/, so files and settings are tested together."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from numpy.typing import NDArray

from clsbench import config
from clsbench.composition import parts
from clsbench.data.dataset import Dataset

Scores = NDArray[np.float32]


@pytest.fixture(scope="session")
def demo() -> Path:
    """The demo's folder in the package."""
    return Path(config.__file__).parent / "demo"


@pytest.fixture(scope="session")
def parts_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., parts.Parts]:
    """The parts of a run with the overrides that are given."""
    folder = tmp_path_factory.mktemp("demo")
    config.register()

    def made(*overrides: str) -> parts.Parts:
        own = [f"paths.cache={folder}", "tracking=none", "device=cpu", "batch_size=32"]
        with initialize_config_dir(str(config.CONF), version_base="1.3"):
            return parts.assembled(compose("config", overrides=[*own, *overrides]))

    return made


@pytest.fixture(scope="session")
def dataset(parts_of: Callable[..., parts.Parts]) -> Dataset:
    """The held-out images."""
    return parts_of().dataset


@pytest.fixture(scope="session")
def scores_of(parts_of: Callable[..., parts.Parts]) -> Callable[..., Scores]:
    """The network's (image, class) scores of every image in a run with the overrides that are given."""

    @cache
    def scores(*overrides: str) -> Scores:
        run = parts_of(*overrides)
        views = np.concatenate(
            [run.views.of_stored(run.dataset.read(i)).views for i in range(len(run.dataset.samples))]
        )
        with run.engine.open(run.model) as predict:
            return np.concatenate([predict(views[at : at + 32]) for at in range(0, len(views), 32)])

    return scores
