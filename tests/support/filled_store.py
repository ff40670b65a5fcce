"""An MLflow store that tests put runs into, without computing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from mlflow import MlflowClient

from clsbench.evaluation.record import Prediction
from clsbench.results.latency import write_latency
from clsbench.results.predictions import write_predictions


@dataclass(frozen=True)
class FilledStore:
    """An MLflow store that tests put runs into; its experiment is the one that was made for the test."""

    uri: str
    client: MlflowClient
    experiment: str
    files: Path

    def run(
        self,
        name: str,
        predictions: Sequence[Prediction] | None = None,
        *,
        tags: Mapping[str, str] | None = None,
        metrics: Mapping[str, float] | None = None,
        configuration: Mapping[str, object] | None = None,
        milliseconds: Sequence[float] | None = None,
        status: str = "FINISHED",
    ) -> str:
        """A run that has ended, an evaluation unless its tags say otherwise; its id."""
        run = self.client.create_run(self.experiment, run_name=name, tags={"task": "evaluate", **(tags or {})})
        run_id = str(run.info.run_id)
        folder = self.files / run_id
        folder.mkdir()
        if predictions is not None:
            write_predictions(predictions, folder / "predictions.parquet")
        if milliseconds is not None:
            write_latency(milliseconds, [], folder / "latency.parquet")
        if configuration is not None:
            (folder / "config.yaml").write_text(yaml.safe_dump(dict(configuration)))
        self.client.log_artifacts(run_id, str(folder))
        for key, value in (metrics or {}).items():
            self.client.log_metric(run_id, key, value)
        self.client.set_terminated(run_id, status)
        return run_id
