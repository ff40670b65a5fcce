"""A client for an existing store: reading it creates nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow import MlflowClient

from clsbench.errors import TrackingError
from clsbench.tracking.outage import TROUBLE, check_reachable, limit_waiting, reason

_SQLITE = "sqlite:///"


def existing_store(uri: str) -> MlflowClient:
    """A client of the store. Raises TrackingError if there is none: MLflow itself would create one."""
    if uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).is_file():
        raise TrackingError(f"{uri}: no such store; run something first, or give --tracking-uri")
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    limit_waiting(seconds=30, retries=1)
    with store_errors(uri):
        check_reachable(uri)
        return MlflowClient(tracking_uri=uri)


def experiment_id(client: MlflowClient, uri: str, name: str) -> str:
    """The id of the experiment called ``name``. Raises TrackingError if the store has none."""
    with store_errors(uri):
        found = client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        names = ", ".join(sorted(each.name for each in client.search_experiments()))
    raise TrackingError(f"{uri}: no experiment {name}; it has {names or 'none'}; give --experiment")


@contextmanager
def store_errors(uri: str) -> Iterator[None]:
    """Turns what MLflow raises inside into a TrackingError."""
    try:
        yield
    except TROUBLE as error:
        raise TrackingError(
            f"{uri}: the store cannot be used ({reason(error)}); check the address, or give --tracking-uri"
        ) from error
