"""Lets workers without a common disk meet on an MLflow server: each hands its records over, and keeps only its journal.

A worker sees every parcel that was complete before it asked, so the last one to hand over its own sees all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from clsbench.data.dataset import Sample
from clsbench.errors import MergeError
from clsbench.shards.place import ABOUT, Merged, Place
from clsbench.shards.records import Records, read_records, readable
from clsbench.shards.shard import Shard, all_shards
from clsbench.tracking.model_claims import ModelClaims
from clsbench.tracking.shelf import Parcel, Shelf


@dataclass(frozen=True)
class ServerPlace:
    """``own``: this worker's place, unseen by others; ``shelf``: the same cell's on the server. Satisfies Meeting."""

    own: Place
    shelf: Shelf

    @property
    def folder(self) -> Path:
        """This worker's own folder."""
        return self.own.folder

    @property
    def count(self) -> int:
        """The number of shards."""
        return self.own.count

    @property
    def claims(self) -> ModelClaims:
        """The claims to merge the shards."""
        return ModelClaims(self.shelf)

    def journals(self, shard: Shard) -> Path:
        """The journals on this machine: a shard that another worker began starts over here."""
        return self.own.journals(shard)

    def begin(self, about: Mapping[str, str]) -> None:
        """Makes this worker's own folder."""
        self.own.begin(about)

    def is_done(self, shard: Shard) -> bool:
        """Whether the server has the shard complete; a local one that could not be handed over before is sent now."""
        if any(self._is_whole(parcel) for parcel in self._of(shard)):
            return True
        if not self.own.is_done(shard):
            return False
        self._hand_on(shard, json.loads((self.folder / ABOUT).read_text(encoding="utf-8")))
        return True

    def done(self) -> list[Shard]:
        """The finished shards, by number."""
        there = {parcel.label for parcel in self.shelf.parcels()}
        return [shard for shard in all_shards(self.count) if str(shard) in there]

    def keep(self, records: Records, batch_size: int, about: Mapping[str, str]) -> None:
        """Hands a shard over; it stays in this worker's own folder until the server has it."""
        self.own.keep(records, batch_size, about)
        self._hand_on(records.shard, about)

    def read(self, samples: Sequence[Sample]) -> list[Records]:
        """The records of every finished shard. Raises MergeError if each parcel of one is damaged."""
        return [self._read(shard, samples) for shard in self.done()]

    def merged(self) -> Merged | None:
        """The result of the merge; None if the shards are not merged."""
        noted = self.shelf.noted()
        return None if noted is None else Merged(**json.loads(noted))

    def is_settled(self) -> bool:
        """Whether nothing is left to merge."""
        return self.merged() is not None or self.shelf.is_empty()

    def settle(self, merged: Merged) -> None:
        """Stores the result of the merge, and removes the shards and the claims."""
        self.shelf.note(json.dumps(asdict(merged)))
        self.shelf.remove()
        self.claims.remove()
        for shard in all_shards(self.count):
            self.own.throw_away(shard)

    def begin_anew(self, shard: Shard) -> None:
        """Resets the state, as if the shard had never been evaluated and the whole never merged."""
        self.shelf.remove_note()
        self.throw_away(shard)

    def throw_away(self, shard: Shard) -> None:
        """Deletes everything of a shard."""
        self.shelf.remove(str(shard))
        self.own.throw_away(shard)

    def tidy(self) -> None:
        """Also removes what a server still has because it went away in the middle of ``settle``."""
        self.forget()

    def forget(self) -> None:
        """Removes everything, locally and on the server, because the tracker has the result."""
        self.shelf.remove()
        self.shelf.remove_note()
        self.claims.remove()
        self.own.forget()

    def _hand_on(self, shard: Shard, about: Mapping[str, str]) -> None:
        file = self.own.records(shard)
        self.shelf.put(str(shard), about["cell"], about, file)
        file.unlink(missing_ok=True)

    def _of(self, shard: Shard) -> list[Parcel]:
        return [parcel for parcel in self.shelf.parcels() if parcel.label == str(shard)]

    def _is_whole(self, parcel: Parcel) -> bool:
        with self._copy(parcel) as copy:
            return readable(copy)

    def _read(self, shard: Shard, samples: Sequence[Sample]) -> Records:
        """The newest intact records of a shard, which two workers may have handed over."""
        parcels = self._of(shard)
        for parcel in parcels:
            with self._copy(parcel) as copy, suppress(MergeError):
                return read_records(copy, samples)
        runs = ", ".join(parcel.run_id for parcel in parcels)
        raise MergeError(
            f"{self.shelf.depot}, run {runs}: shard {shard} is damaged, or from another version of clsbench or other "
            "images; evaluate the shard again, which replaces it"
        )

    @contextmanager
    def _copy(self, parcel: Parcel) -> Iterator[Path]:
        with TemporaryDirectory() as folder:
            name = f"{parcel.label.replace('/', '-of-')}.records"
            yield self.shelf.fetched(parcel, name, Path(folder))
