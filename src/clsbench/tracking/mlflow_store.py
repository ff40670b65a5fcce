"""Runs in an MLflow tracking store: SQLite by default, any other by its URI."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from clsbench.errors import ClsbenchError, TrackingError
from clsbench.tracking.broken_off import close_statement
from clsbench.tracking.created_by import with_creator
from clsbench.tracking.credentials import masked, reachable
from clsbench.tracking.database import database_of, one_at_a_time_at
from clsbench.tracking.finished_runs import finished_run, views_a_second
from clsbench.tracking.mlflow_run import DIGEST_LENGTH, MlflowRun
from clsbench.tracking.new_sqlite import SQLITE, make_whole, one_at_a_time
from clsbench.tracking.outage import TROUBLE, check_reachable, limit_waiting, reason
from clsbench.tracking.process_identity import host, process
from clsbench.tracking.replay import Result, replay_all, same_store
from clsbench.tracking.saved_views import update_last_sweep, view_link, view_of, write_views
from clsbench.tracking.spool import Record
from clsbench.tracking.stale_runs import HOST_TAG, PROCESS_TAG, SPOOL_TAG, close_stale_runs
from clsbench.tracking.sweep_runs import start_sweep_run
from clsbench.tracking.tracker import Cell, FinishedRun, Killed, RunLog, Sweep, SweepRun
from clsbench.tracking.writes import Input

logger = logging.getLogger(__name__)

_EXISTS = "RESOURCE_ALREADY_EXISTS"


@dataclass(frozen=True)
class MlflowTracker:
    """``uri``: the store; ``artifacts``: folder for a new experiment's files if no server keeps them.

    ``spool``: folder for writes to a run while the store is away. ``empty_stores``: folder with the empty SQLite store
    from which new ones are copied. ``system_metrics``: runs record how busy the machine is.
    """

    uri: str
    artifacts: str
    experiment: str
    spool: str
    empty_stores: str
    system_metrics: bool

    @contextmanager
    def run(self, cell: Cell, log_file: Path) -> Iterator[RunLog]:
        """An open MLflow run; the way the body ends makes it FINISHED, FAILED (with the tag ``error``) or KILLED."""
        log = self._created(cell)
        try:
            log.params(cell.params)
            if cell.dataset is not None:
                log.write(Input(cell.dataset.name, cell.dataset.digest[:DIGEST_LENGTH], cell.dataset.source))
            yield log
            if cell.network is not None:
                log.model(cell.network, cell.dataset)
            log.end("FINISHED", log_file)
        except BaseException as error:
            killed = isinstance(error, Killed | KeyboardInterrupt)
            status = "KILLED" if killed else "FAILED"
            # With a traceback only for a bug of ours, because the file is stored with the run.
            logger.info("the run ends as %s: %s", status, error, exc_info=not isinstance(error, ClsbenchError))
            log.end_after(error, status, log_file)
            log.leave() if killed else _try_to_replay(log)
            raise
        log.replay()

    def finished(self, cell: Cell, device: str) -> FinishedRun | None:
        """The latest run that already has this cell's result."""
        client, experiment_id = self._opened()
        with self._store_errors():
            return finished_run(client, experiment_id, cell, device)

    def views_a_second(self, cell: Cell) -> float | None:
        """The speed in the latest evaluation of the same network on the same engine of this machine."""
        client, experiment_id = self._opened()
        with self._store_errors():
            return views_a_second(client, experiment_id, cell)

    def start_sweep(self, sweep: Sweep) -> SweepRun:
        """The open parent run."""
        client, experiment_id = self._opened()
        with self._store_errors():
            close_stale_runs(client, experiment_id)
            run = start_sweep_run(client, experiment_id, sweep)
            client.set_tag(run.run_id, SPOOL_TAG, str(self._spools))
            update_last_sweep(client, experiment_id, run.sweep_id)
        return run

    def end_sweep(self, run_id: str, counts: Mapping[str, float], status: str) -> None:
        """Closes the parent run, and cells left open by killed processes, for instance on a busy machine."""
        log = MlflowRun(MlflowClient(tracking_uri=self.uri), self._record(run_id, "sweep"), self._spools)
        log.metrics(counts)
        log.end(status)
        log.replay()
        if status != "FINISHED":
            with suppress(*TROUBLE):  # the next command does it
                close_stale_runs(log.client, log.client.get_run(run_id).info.experiment_id)

    def _created(self, cell: Cell) -> MlflowRun:
        client, experiment_id = self._opened()
        owner = {HOST_TAG: host(), PROCESS_TAG: process(), SPOOL_TAG: str(self._spools)}
        tags = with_creator({**cell.tags, **owner, "mlflow.note.content": cell.description})
        with self._store_errors():
            close_stale_runs(client, experiment_id)
            run = client.create_run(experiment_id, run_name=cell.name, tags=tags)
        link = view_link(self.uri, experiment_id, view_of(cell.tags, cell.params).key)
        record = self._record(run.info.run_id, cell.name)
        return MlflowRun(client, record, self._spools, link, samples_system=self.system_metrics)

    def _opened(self) -> tuple[MlflowClient, str]:
        """The client and the experiment's id; both are created once, however many processes start at a time.

        First sends what earlier runs left in the spool for this store.
        """
        _quieten()
        limit_waiting(seconds=5, retries=1)
        with self._store_errors():
            check_reachable(self.uri)
            with _whole_store(self.uri, Path(self.empty_stores).expanduser().absolute()):
                client = MlflowClient(tracking_uri=self.uri)
                experiment_id = self._experiment_id(client)
            self._replay_earlier_runs()
        return client, experiment_id

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except TROUBLE as error:
            raise TrackingError(
                f"tracking.uri={self.uri}: the store cannot be opened ({reason(error)}); "
                "check the address and that it can be written, or run with tracking=none"
            ) from error
        except BaseException as error:
            close_statement(error)
            raise

    def _replay_earlier_runs(self) -> None:
        for outcome in replay_all(
            self._spools, lambda record: self.uri if same_store(reachable(record.uri, self.uri), self.uri) else None
        ):
            if outcome.result is not Result.HELD:
                logger.warning(
                    "spool of run %s (%s): %s, %s",
                    *(outcome.run_id, outcome.name, outcome.result.value, outcome.detail),
                )

    @property
    def _spools(self) -> Path:
        return Path(self.spool).expanduser().absolute()

    def _record(self, run_id: str, name: str) -> Record:
        return Record(masked(self.uri), self.experiment, run_id, name)

    def _experiment_id(self, client: MlflowClient) -> str:
        found = client.get_experiment_by_name(self.experiment)
        if found is not None:
            write_views(client, found.experiment_id, found.tags)
            return str(found.experiment_id)
        local = self.uri.startswith(SQLITE) or database_of(self.uri) is not None  # MLflow uses the shell's folder
        location = Path(self.artifacts).resolve().as_uri() if local else None
        try:
            created = client.create_experiment(self.experiment, artifact_location=location)
        except MlflowException as error:
            found = client.get_experiment_by_name(self.experiment)
            if found is None or error.error_code != _EXISTS:
                raise
            return str(found.experiment_id)  # another machine's run was faster
        write_views(client, created, {})
        return str(created)


def _try_to_replay(log: MlflowRun) -> None:
    """Like ``replay``, when another error is the one to report."""
    try:
        log.replay()
    except TrackingError as error:
        logger.warning("%s", error)


@contextmanager
def _whole_store(uri: str, kept: Path) -> Iterator[None]:
    """A complete SQLite store; within the block it, or a database, is locked against other processes."""
    if (server := database_of(uri)) is not None:
        with one_at_a_time_at(server):
            yield
    elif uri.startswith(SQLITE):
        file = Path(uri.removeprefix(SQLITE))
        with one_at_a_time(file):
            make_whole(file, kept)
            yield
    else:
        yield


def _quieten() -> None:
    # "Creating initial MLflow database tables", every alembic revision and every request attempt are noise.
    for name, level in (("mlflow", logging.WARNING), ("alembic", logging.WARNING), ("urllib3", logging.ERROR)):
        logging.getLogger(name).setLevel(level)
    # It logs each error that it raises, with a traceback.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
