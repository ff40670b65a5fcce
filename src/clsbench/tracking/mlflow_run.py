"""An open run: writes go to the store or, once the store is away, to the run's spool."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from mlflow import MlflowClient

from clsbench.errors import TrackingError
from clsbench.tracking.broken_off import close_statement
from clsbench.tracking.credentials import masked
from clsbench.tracking.logged_model import ModelMetrics
from clsbench.tracking.outage import TROUBLE, is_outage, reason
from clsbench.tracking.replay import Result, replay
from clsbench.tracking.spool import Record, Spool, new_spool, now
from clsbench.tracking.system_metrics import SystemMetrics, system_metrics
from clsbench.tracking.tracker import DatasetInput, Network
from clsbench.tracking.writes import End, Files, Metrics, Params, Tags, Write, name_of

DIGEST_LENGTH = 36  # MLflow accepts no longer digest of a dataset

log = logging.getLogger(__name__)


@dataclass
class MlflowRun:
    """Satisfies RunLog. ``spools``: the folder in which this run's spool would be made.

    After the first write for which the store was unavailable, all others go to the spool, so that they stay in order.
    """

    client: MlflowClient
    record: Record
    spools: Path
    link: str = ""
    samples_system: bool = False
    _system: SystemMetrics | None = field(default=None, init=False)  # created by the first sample: a timing takes none
    _latest: dict[str, float] = field(default_factory=dict, init=False)
    _spool: Spool | None = field(default=None, init=False)

    @property
    def run_id(self) -> str:
        """MLflow's id."""
        return self.record.run_id

    def params(self, params: Mapping[str, str | int | float]) -> None:
        """Adds choices."""
        self.write(Params({key: str(value) for key, value in params.items()}))

    def tags(self, tags: Mapping[str, str]) -> None:
        """Adds or replaces tags."""
        self.write(Tags(dict(tags)))

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Adds metrics, measured now."""
        values = {key: float(value) for key, value in metrics.items()}
        self._latest.update(values)
        self.write(Metrics(values, now(), step))

    def model(self, network: Network, dataset: DatasetInput | None) -> None:
        """Stores the latest metrics as those of the network, if the run is finished."""
        on = (None, None) if dataset is None else (dataset.name, dataset.digest[:DIGEST_LENGTH])
        known = (network.name, network.key, dict(network.params))
        self.write(ModelMetrics(*known, dict(self._latest), now(), *on))

    def sample_system(self) -> None:
        """Not added to the latest metrics, because they are not a property of the network."""
        if not self.samples_system:
            return
        self._system = self._system or system_metrics()
        values, step = self._system.due()
        if values:
            self.write(Metrics(values, now(), step))

    def artifacts(self, folder: Path) -> None:
        """Stores every file below ``folder``."""
        self.write(Files(str(folder)))

    def end(self, status: str, log_file: Path | None = None) -> None:
        """Stores the log and closes the run."""
        if log_file is not None and log_file.is_file():
            self.write(Files(str(log_file)))
        self.write(End(status, now()))

    def end_after(self, error: BaseException, status: str, log_file: Path) -> None:
        """Like ``end``, after an error that the user should see: anything that the store refuses now is only logged."""
        text = masked(f"{type(error).__name__}: {error}")[:5000]
        for write in (Tags({"error": text}), Files(str(log_file)), End(status, now())):
            if isinstance(write, Files) and not log_file.is_file():
                continue
            try:
                self.write(write)
            except TrackingError as refusal:
                log.info("%s", refusal)

    def write(self, write: Write) -> None:
        """Sends or spools a write. Raises TrackingError if the store refuses it, or the spool cannot be written."""
        if self._spool is None:
            try:
                write.send(self.client, self.run_id)
            except TROUBLE as error:
                if not is_outage(error):
                    raise self._refused(write, error) from error
                self._spool = self._to_spool(error)
            except BaseException as error:
                close_statement(error)
                raise
            else:
                return
        try:
            self._spool.add(write)
        except OSError as error:
            raise self._unwritten(error) from error

    def replay(self) -> None:
        """After the end, tries the store once more if it was away, and reports how that went.

        Raises TrackingError if the store refuses what was written meanwhile.
        """
        if self._spool is None:
            return
        spool, self._spool = self._spool, None
        outcome = replay(spool, self.record, self.record.uri)
        if outcome.result is Result.SENT:
            log.warning("tracking.uri=%s: the store answers again and has everything of the run", self.record.uri)
        elif outcome.result is Result.AWAY:
            log.warning(
                "tracking.uri=%s: still away (%s); the rest of the run is kept in the spool: when the store is back, "
                "run clsbench sync %s, or just the next evaluation",
                *(self.record.uri, outcome.detail, quote(f"tracking.spool={self.spools}")),
            )
        else:
            raise TrackingError(f"tracking.uri={self.record.uri}: run {self.run_id}: {outcome.detail}")

    def leave(self) -> None:
        """After the end, if there is no time: another command may send the spool."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _to_spool(self, error: BaseException) -> Spool:
        log.warning(
            "tracking.uri=%s: the store went away (%s); the run continues, and what it writes is kept in %s",
            *(self.record.uri, reason(error), self.spools / self.run_id),
        )
        try:
            return new_spool(self.spools, self.record)
        except OSError as trouble:
            raise self._unwritten(trouble) from trouble

    def _refused(self, write: Write, error: BaseException) -> TrackingError:
        why = str(error).partition("\n")[0]
        return TrackingError(
            f"tracking.uri={self.record.uri}: run {self.run_id}: {name_of(write)} refused ({why}); look at the run "
            "there, then run again. What was computed is in the run's folder"
        )

    def _unwritten(self, error: OSError) -> TrackingError:
        return TrackingError(
            f"tracking.spool={self.spools}: the store is away, and its spool cannot be written ({error}); "
            "name a folder with room, then run again. What was computed is in the run's folder"
        )
