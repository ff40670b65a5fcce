"""Where the workers of one cell meet: a folder that all of them see, or an MLflow server."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from clsbench.data.dataset import Sample
from clsbench.shards.claim import Claims
from clsbench.shards.place import Merged
from clsbench.shards.records import Records
from clsbench.shards.shard import Shard

FOLDER = "folder"
MLFLOW = "mlflow"
WAYS = (FOLDER, MLFLOW)


class Meeting(Protocol):
    """Of all shards of one cell, where it is split into ``count``; Place says what each call is for."""

    @property
    def folder(self) -> Path:
        """Of this worker, for what it does not hand on unless all see the folder: journals above all."""

    @property
    def count(self) -> int:
        """So many shards."""

    @property
    def claims(self) -> Claims:
        """To merge them."""

    def journals(self, shard: Shard) -> Path:
        """The folder of journals of a shard that is not done."""

    def begin(self, about: Mapping[str, str]) -> None:
        """Before anything else is put there."""

    def is_done(self, shard: Shard) -> bool:
        """Whether its records are there and whole."""

    def done(self) -> list[Shard]:
        """The shards that are done, by number."""

    def keep(self, records: Records, batch_size: int, about: Mapping[str, str]) -> None:
        """Puts a shard that is done where the others find it."""

    def read(self, samples: Sequence[Sample]) -> list[Records]:
        """Those of every shard that is done. Raises MergeError where one is damaged."""

    def merged(self) -> Merged | None:
        """What came of it; None where it is not merged."""

    def is_settled(self) -> bool:
        """Whether nothing is left to merge."""

    def settle(self, merged: Merged) -> None:
        """Keeps what came of it, and removes the shards and the claims."""

    def begin_anew(self, shard: Shard) -> None:
        """As if the shard had never been evaluated, nor the whole been merged."""

    def throw_away(self, shard: Shard) -> None:
        """All that there is of a shard."""

    def tidy(self) -> None:
        """The tracker has the result: removes what a worker left that was stopped before ``forget``."""

    def forget(self) -> None:
        """Removes everything: the tracker has the result."""
