"""The runs with the letters that a comparison uses for them, and their files."""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml  # type: ignore[import-untyped]
from numpy.typing import NDArray

from clsbench.compare.predictions import Predictions, read_predictions
from clsbench.compare.stored_runs import RunStore, StoredRun
from clsbench.errors import ConfigError, DataError


@dataclass(frozen=True)
class Contender:
    """One run; its files are fetched on first use."""

    letter: str
    run: StoredRun
    store: RunStore = field(repr=False)

    @property
    def title(self) -> str:
        """The letter, the run's name and its id."""
        return f"{self.letter} = {self.run.name} ({self.run.run_id})"

    @cached_property
    def predictions(self) -> Predictions | None:
        """The predictions for its images; None if the run has none."""
        path = self.store.file(self.run, "predictions.parquet")
        found = None if path is None else read_predictions(path)
        return found if found is not None and len(found.names) else None

    @cached_property
    def configuration(self) -> Mapping[str, Any]:
        """The run's config.yaml; empty if it has none. It is read, never instantiated: anyone may own a store."""
        path = self.store.file(self.run, "config.yaml")
        try:
            read = yaml.safe_load(path.read_text(encoding="utf-8")) if path else None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise DataError(f"config.yaml of run {self.run.run_id} cannot be read: {error}") from error
        return read if isinstance(read, dict) else {}

    @property
    def label_order(self) -> str | None:
        """The meaning of the run's class indices; None for its own classes."""
        return self._setting("model", "label_order")

    @property
    def dataset_root(self) -> str | None:
        """Where its images were."""
        return self._setting("dataset", "root")

    def milliseconds(self, kind: str) -> NDArray[np.float64]:
        """The time of every call of ``kind`` (forward, backward); empty if the run stored none."""
        path = self.store.file(self.run, "latency.parquet")
        if path is None:
            return np.empty(0)
        try:
            column = pq.read_table(path, columns=[f"{kind}_ms"]).column(0)
        except (pa.ArrowException, OSError, IndexError) as error:
            raise DataError(f"{path} cannot be read as a run's times ({error}); run the timing again") from error
        return np.asarray(column.drop_null().to_numpy(), np.float64)

    def _setting(self, group: str, key: str) -> str | None:
        settings = self.configuration.get(group)
        value = settings.get(key) if isinstance(settings, dict) else None
        return value if isinstance(value, str) else None


def contenders_of(store: RunStore, ids_or_names: Sequence[str]) -> tuple[Contender, ...]:
    """The runs in the order in which they were named. Raises ConfigError if they cannot be compared at all."""
    letters = string.ascii_uppercase
    if not 2 <= len(ids_or_names) <= len(letters):
        raise ConfigError(f"give 2 to {len(letters)} runs to compare, not {len(ids_or_names)}")
    found = [Contender(letter, store.find(each), store) for letter, each in zip(letters, ids_or_names, strict=False)]
    for place, each in enumerate(found):
        if twice := [other for other in found[:place] if other.run.run_id == each.run.run_id]:
            raise ConfigError(f"{twice[0].letter} and {each.letter} are the same run {each.run.run_id}; give another")
    tasks = {each.run.task for each in found}
    if len(tasks) > 1 or not tasks <= {"evaluate", "time"}:
        told = ", ".join(f"{each.letter} is task={each.run.task or 'unknown'}" for each in found)
        raise ConfigError(f"{told}: give runs that are all of task=evaluate, or all of task=time")
    return tuple(found)


def notes_on(contenders: Sequence[Contender]) -> list[str]:
    """What a reader must know about single runs before trusting the figures."""
    notes = []
    for each in contenders:
        if each.run.status != "FINISHED":
            notes.append(f"{each.letter} is {each.run.status}: what it had measured by then is compared")
        if each.run.tags.get("weights") == "random":
            notes.append(f"{each.letter} has random weights")
        if bad := each.run.tags.get("bad_images"):
            notes.append(f"{each.letter} has bad images: {bad}")
        if told := each.run.tags.get("notes"):
            notes.append(f"{each.letter}: {told}")
        if noisy := each.run.tags.get("noisy"):
            notes.append(f"{each.letter} is noisy: {noisy}")
    return notes
