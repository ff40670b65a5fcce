"""Workers without a common disk meet on an MLflow server: each hands its records on there, and keeps only its journal.

A worker sees every parcel that was whole before it asked, so the last one to hand its own on sees all.
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
    """``own``: this worker's, which no other one sees; ``shelf``: the server's, of the same cell. Satisfies Meeting."""

    own: Place
    shelf: Shelf

    @property
    def folder(self) -> Path:
        """This worker's own."""
        return self.own.folder

    @property
    def count(self) -> int:
        """So many shards."""
        return self.own.count

    @property
    def claims(self) -> ModelClaims:
        """To merge them."""
        return ModelClaims(self.shelf)

    def journals(self, shard: Shard) -> Path:
        """On this machine: a shard that another one began, begins anew here."""
        return self.own.journals(shard)

    def begin(self, about: Mapping[str, str]) -> None:
        """Makes the own folder."""
        self.own.begin(about)

    def is_done(self, shard: Shard) -> bool:
        """Whether the server has it whole; what could not be handed on before is, where it lies here."""
        if any(self._is_whole(parcel) for parcel in self._of(shard)):
            return True
        if not self.own.is_done(shard):
            return False
        self._hand_on(shard, json.loads((self.folder / ABOUT).read_text(encoding="utf-8")))
        return True

    def done(self) -> list[Shard]:
        """The shards that are done, by number."""
        there = {parcel.label for parcel in self.shelf.parcels()}
        return [shard for shard in all_shards(self.count) if str(shard) in there]

    def keep(self, records: Records, batch_size: int, about: Mapping[str, str]) -> None:
        """Hands a shard on; it stays in the own folder until the server has it."""
        self.own.keep(records, batch_size, about)
        self._hand_on(records.shard, about)

    def read(self, samples: Sequence[Sample]) -> list[Records]:
        """Those of every shard that is done. Raises MergeError where each parcel of one is damaged."""
        return [self._read(shard, samples) for shard in self.done()]

    def merged(self) -> Merged | None:
        """What came of it; None where it is not merged."""
        noted = self.shelf.noted()
        return None if noted is None else Merged(**json.loads(noted))

    def is_settled(self) -> bool:
        """Whether nothing is left to merge."""
        return self.merged() is not None or self.shelf.is_empty()

    def settle(self, merged: Merged) -> None:
        """Keeps what came of it, and removes the shards and the claims."""
        self.shelf.note(json.dumps(asdict(merged)))
        self.shelf.remove()
        self.claims.remove()
        for shard in all_shards(self.count):
            self.own.throw_away(shard)

    def begin_anew(self, shard: Shard) -> None:
        """As if the shard had never been evaluated, nor the whole been merged."""
        self.shelf.remove_note()
        self.throw_away(shard)

    def throw_away(self, shard: Shard) -> None:
        """All that there is of a shard."""
        self.shelf.remove(str(shard))
        self.own.throw_away(shard)

    def tidy(self) -> None:
        """Also what a server that went away in the middle of ``settle`` still has."""
        self.forget()

    def forget(self) -> None:
        """Removes everything, here and there: the tracker has the result."""
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
        """Of a shard that two workers handed on, the newest that is whole."""
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
