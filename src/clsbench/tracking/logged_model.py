"""MLflow's LoggedModel of a network: one for its weights, with the metrics of every run that evaluated or timed it.

The experiment's *Models* tab uses it to compare networks by dataset. The weights stay where they are: the model is
external.
"""

import logging
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from getpass import getuser
from hashlib import sha256
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelInput, LoggedModelStatus, Metric, Run
from mlflow.exceptions import MlflowException

from clsbench.tracking.new_sqlite import SQLITE, one_at_a_time
from clsbench.tracking.outage import is_outage

log = logging.getLogger(__name__)

KEY_TAG = "clsbench.weights"
_TYPE = "Caffe classifier"
_NO_NAME = str.maketrans(dict.fromkeys("/:.%\"'", "-"))  # characters that MLflow forbids in a model's name


@dataclass(frozen=True)
class ModelMetrics:
    """A finished run's metrics as those of its network; ``key`` identifies network and weights."""

    name: str
    key: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    timestamp: int
    dataset: str | None
    digest: str | None

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Creates the model if it does not exist, and links run and metrics to it; a second call adds nothing.

        A store without LoggedModel, as before MLflow 3, does without.
        """
        try:
            self._send(client, run_id)
        except MlflowException as error:
            if is_outage(error):
                raise
            log.warning("run %s: its network was not logged as a model: %s", run_id, str(error).partition("\n")[0])

    def _send(self, client: MlflowClient, run_id: str) -> None:
        run = client.get_run(run_id)
        with _alone(client.tracking_uri):
            model = _kept(client, run, self) or _made(client, run, self)
        linked = run.inputs.model_inputs if run.inputs else ()
        if any(each.model_id == model.model_id for each in linked):
            return
        dataset = {"dataset_name": self.dataset, "dataset_digest": self.digest} if self.dataset else {}
        metrics = [
            Metric(name, value, self.timestamp, 0, model_id=model.model_id, run_id=run_id, **dataset)
            for name, value in self.metrics.items()
        ]
        client.log_batch(run_id, metrics=metrics)
        client.log_inputs(run_id, models=[LoggedModelInput(model.model_id)])


def _kept(client: MlflowClient, run: Run, wanted: ModelMetrics) -> LoggedModel | None:
    """The oldest model."""
    order = [{"field_name": "creation_timestamp", "ascending": True}]
    found = client.search_logged_models(
        [run.info.experiment_id], f"tags.`{KEY_TAG}` = '{wanted.key}'", max_results=10, order_by=order
    )
    return min(found, key=lambda model: (model.creation_timestamp, model.model_id), default=None)


def _made(client: MlflowClient, run: Run, wanted: ModelMetrics) -> LoggedModel:
    made = client.create_logged_model(
        run.info.experiment_id,
        name=wanted.name.translate(_NO_NAME),
        source_run_id=run.info.run_id,
        tags={KEY_TAG: wanted.key},
        params=dict(wanted.params),
        model_type=_TYPE,
    )
    return client.finalize_logged_model(made.model_id, LoggedModelStatus.READY)


def _alone(uri: str) -> AbstractContextManager[None]:
    """While it is held, no other process on this machine looks for a model and creates it.

    A store offers no way to create a model only if none exists yet: cells that end at the same moment on two machines
    may leave two models of one network, and later runs use the older one.
    """
    if uri.startswith(SQLITE):
        return one_at_a_time(Path(uri.removeprefix(SQLITE)))
    name = f"clsbench-{getuser()}-{sha256(uri.encode()).hexdigest()[:16]}"
    return one_at_a_time(Path(tempfile.gettempdir()) / name)
