"""What the tests of comparisons share: a store to fill with runs, and the command."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from command_line import Cli, Ended
from filled_store import FilledStore
from mlflow import MlflowClient
from warm_start import run_module

from clsbench.compare.predictions import NONE, Predictions
from clsbench.evaluation.record import Prediction


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all tests: MLflow takes seconds to make the tables."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    MlflowClient(tracking_uri=uri).search_experiments()
    return uri


@pytest.fixture
def store(database: str, tmp_path: Path) -> FilledStore:
    client = MlflowClient(tracking_uri=database)
    experiment = client.create_experiment(str(tmp_path), artifact_location=(tmp_path / "artifacts").as_uri())
    files = tmp_path / "files"
    files.mkdir()
    return FilledStore(database, client, experiment, files)


@pytest.fixture
def compare(tmp_path: Path) -> Cli:
    """``python -m clsbench.compare`` from a foreign folder, on the store of the fixture ``clsbench``."""

    def call(*arguments: str) -> Ended:
        outputs = tmp_path / "outputs"
        command = list(arguments)
        if "--tracking-uri" not in arguments:
            command += ["--tracking-uri", f"sqlite:///{outputs}/mlflow.db"]
        if "--output" not in arguments:
            command += ["--output", str(tmp_path / "compared")]
        return Ended(*run_module("clsbench.compare", command, tmp_path), outputs)

    return call


Predicted = Callable[..., Prediction]


@pytest.fixture(scope="session")
def predicted() -> Predicted:
    """A prediction of one image by its label and best class; the four classes behind it are the next ones."""

    def make(name: str, label: int | None, best: int, probability: float = 0.6) -> Prediction:
        top5 = tuple((best + place) % 1000 for place in range(5))
        probabilities = (probability, *((1 - probability) / 8,) * 4)
        of_label = None if label is None else (probabilities[top5.index(label)] if label in top5 else 0.0)
        return Prediction(0, name, label, top5, probabilities, of_label, "ok")

    return make


@pytest.fixture(scope="session")
def predictions_of() -> Callable[..., Predictions]:
    """Predictions as arrays, from names, labels and best classes; ``bad`` are the places that could not be read."""

    def make(names: Sequence[str], labels: Sequence[int], best: Sequence[int], bad: Sequence[int] = ()) -> Predictions:
        top5 = np.array([[each, each + 1, each + 2, each + 3, each + 4] for each in best], np.int64).reshape(-1, 5)
        unread = np.isin(np.arange(len(names)), bad)
        top5[unread] = NONE
        return Predictions(
            names=np.array(names, object),
            labels=np.array(labels, np.int64),
            top5=top5,
            probabilities=np.full((len(names), 5), 0.2, np.float32),
            label_probabilities=np.full(len(names), 0.2, np.float32),
            bad=unread,
            also=np.empty((len(names), 0), np.int64),
        )

    return make
