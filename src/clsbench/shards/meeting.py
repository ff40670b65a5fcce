"""The place where the workers of one cell meet: a folder that all of them see, or an MLflow server."""

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
    """The meeting of all shards of one cell that is split into ``count``; Place describes each call."""

    @property
    def folder(self) -> Path:
        """This worker's folder, for what it does not hand over unless all see the folder: mainly journals."""

    @property
    def count(self) -> int:
        """The number of shards."""

    @property
    def claims(self) -> Claims:
        """The claims to merge the shards."""

    def journals(self, shard: Shard) -> Path:
        """The journal folder of an unfinished shard."""

    def begin(self, about: Mapping[str, str]) -> None:
        """Must be called before anything else is put there."""

    def is_done(self, shard: Shard) -> bool:
        """Whether the shard's records are there and intact."""

    def done(self) -> list[Shard]:
        """The finished shards, by number."""

    def keep(self, records: Records, batch_size: int, about: Mapping[str, str]) -> None:
        """Puts a finished shard where the others find it."""

    def read(self, samples: Sequence[Sample]) -> list[Records]:
        """The records of every finished shard. Raises MergeError if one is damaged."""

    def merged(self) -> Merged | None:
        """The result of the merge; None if the shards are not merged."""

    def is_settled(self) -> bool:
        """Whether nothing is left to merge."""

    def settle(self, merged: Merged) -> None:
        """Stores the result of the merge, and removes the shards and the claims."""

    def begin_anew(self, shard: Shard) -> None:
        """Resets the state, as if the shard had never been evaluated and the whole never merged."""

    def throw_away(self, shard: Shard) -> None:
        """Deletes everything of a shard."""

    def tidy(self) -> None:
        """Removes what a worker left that was stopped before ``forget``, once the tracker has the result."""

    def forget(self) -> None:
        """Removes everything: the tracker has the result."""
