"""A tracked run as seen by the reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Run:
    """The facts of one run; ``link`` opens its page in MLflow's UI."""

    run_id: str
    name: str
    status: str
    started_ms: int
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    link: str

    def get(self, key: str) -> str | None:
        """A tag, or else a param; None if the run has neither."""
        return self.tags.get(key, self.params.get(key))

    @property
    def finished(self) -> bool:
        """Whether the run finished."""
        return self.status == "FINISHED"

    @property
    def started(self) -> str:
        """The start time in UTC, to the minute."""
        return datetime.fromtimestamp(self.started_ms / 1000, tz=UTC).strftime("%Y-%m-%d %H:%M")
