"""A store as a user has it after a sweep, a timing and a report, MLflow's UI on it, and a browser."""

import importlib.util
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import chromium, executable, new_page
from empty_stores import EMPTY_STORES
from made_up_cells import write_table_1
from mlflow import MlflowClient
from mlflow_ui import Ui, mlflow_ui
from required import absent
from warm_start import run_module

from clsbench.config import CONF
from clsbench.errors import EngineError
from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.saved_views import FAILED, LATEST
from clsbench.tracking.tracker import Cell

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DEMO = CONF.parent / "src" / "clsbench" / "demo"
MODELS = ["resnet18-priv", "resnet101-v2", "inception-v3", "se-resnet50", "dpn-92"]
_LINK = re.compile(r"http://127\.0\.0\.1:5000(/#/\S+)")


@pytest.fixture(scope="session")
def _browser_is_here() -> None:
    lacks = [] if importlib.util.find_spec("playwright") else ["no playwright in this environment"]
    lacks += [] if executable() else ["no Chromium on this machine: tools/setup_browser.sh"]
    if lacks:
        absent(", ".join(lacks))


@pytest.fixture(scope="session")
def ui(_browser_is_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    folder = tmp_path_factory.mktemp("ui")
    outputs = folder / "outputs"
    sweep = _clsbench(folder, "", "-m", "crop=single,multi12", f"paths.outputs={outputs}")
    two = ("crop=single,multi12", "engine=onnxruntime,opencv", "tracking.experiment=engines")
    engines = _clsbench(folder, "", "-m", *two, f"paths.outputs={outputs}")
    timing = _clsbench(folder, "", "task=time", "timing.iterations=20", f"paths.outputs={outputs}")
    store = f"sqlite:///{outputs}/mlflow.db"
    tracker = MlflowTracker(
        store, f"{outputs}/artifacts", "clsbench", f"{outputs}/spool", EMPTY_STORES, system_metrics=False
    )
    table, failed = write_table_1(tracker, MODELS, folder), _fail(tracker, folder)
    _clsbench(folder, ".report", "table1", "--tracking-uri", store, "--output", f"{folder}/report", "--log")
    models = _two_models(folder, f"paths.outputs={outputs}", store)
    with mlflow_ui(store, folder / "server.log") as address:
        links = [_LINK.findall(said)[-1] for said in (sweep, timing, table, failed, engines)]
        yield Ui(*(address + link for link in (*links, models)))


@pytest.fixture(scope="session")
def browser(ui: Ui) -> Iterator["Browser"]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    with new_page(browser, 1600, 900) as opened:
        yield opened


def _clsbench(folder: Path, module: str, *arguments: str) -> str:
    code, said = run_module(f"clsbench{module}", arguments, folder, seconds=120)
    assert code == 0, said
    return said


def _two_models(folder: Path, outputs: str, store: str) -> str:
    """An experiment with the demo and its weights under another name: the link of its models."""
    shutil.copy(DEMO / "digits.caffemodel", folder / "other.caffemodel")
    files = (f"model.prototxt={DEMO}/digits.prototxt", f"model.weights={folder}/other.caffemodel")
    other = (*files, "preprocessing=digits", "dataset=digits", "crop_size=28", "base_size=28", "model.label_order=null")
    for network in ((), other):
        _clsbench(folder, "", *network, "tracking.experiment=two", outputs)
    experiment = MlflowClient(store).get_experiment_by_name("two")
    assert experiment is not None
    return f"/#/experiments/{experiment.experiment_id}/models"


def _fail(tracker: MlflowTracker, folder: Path) -> str:
    cell = Cell("dpn-92 single 224 caffe", {"size": "standard"}, {"task": "evaluate", "engine": "caffe"})
    with suppress(EngineError), tracker.run(cell, folder / "none.log") as run:
        _die()
    return run.link.replace(LATEST.key, FAILED.key)


def _die() -> None:
    raise EngineError("caffe died of a made-up illness")
