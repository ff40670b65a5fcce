"""The place where the workers of one cell meet: a folder that all of them see, for instance on a network drive.

Nothing here needs a lock across machines. A file has one writer, and is written beside its place and renamed into it.
After its own rename, a worker sees every file that was renamed before, so the last worker sees all.
"""

import errno
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from clsbench.data.dataset import Sample
from clsbench.shards.folder_claims import FolderClaims
from clsbench.shards.records import Records, read_records, readable, write_records
from clsbench.shards.shard import Shard, all_shards
from clsbench.shards.whole_json import write_json

_MERGED = "merged.json"
ABOUT = "cell.json"
_ATTEMPTS = 100  # each fails only if another worker removes the folder in the same microseconds
_READINGS = 5  # each fails only if a second worker of the same shard replaces the file at the same moment


@dataclass(frozen=True)
class Merged:
    """The result of the shards: the run (empty if nothing is tracked), the folder of its files, and its figures."""

    run_id: str
    folder: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """``folder`` belongs to all shards of one cell that is split into ``count``."""

    folder: Path
    count: int

    @property
    def claims(self) -> FolderClaims:
        """The claims to merge the shards."""
        return FolderClaims(self.folder)

    def records(self, shard: Shard) -> Path:
        """The file of a finished shard."""
        return self.folder / f"{shard.number}-of-{shard.count}.records"

    def journals(self, shard: Shard) -> Path:
        """The journal folder of an unfinished shard; a machine's processes share one folder below it."""
        return self.folder / f"{shard.number}-of-{shard.count}"

    def done(self) -> list[Shard]:
        """The finished shards, by number."""
        try:
            there = {path.name for path in self.folder.iterdir()}
        except FileNotFoundError:
            return []
        return [shard for shard in all_shards(self.count) if self.records(shard).name in there]

    def is_done(self, shard: Shard) -> bool:
        """Whether the shard's records are there and intact."""
        return readable(self.records(shard))

    def read(self, samples: Sequence[Sample]) -> list[Records]:
        """The records of every finished shard. Raises MergeError if a file is damaged."""
        return [self._read(self.records(shard), samples) for shard in self.done()]

    def begin(self, about: Mapping[str, str]) -> None:
        """Makes the folder; ``about`` tells people, and another cell's merge, which cell it belongs to."""
        for attempt in range(_ATTEMPTS):
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                if not (self.folder / ABOUT).exists():
                    write_json(about, self.folder / ABOUT)
            except (FileNotFoundError, FileExistsError):  # mkdir raises either if the folder disappears meanwhile
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def keep(self, records: Records, batch_size: int, about: Mapping[str, str]) -> None:
        """Puts a finished shard where the others find it, even if they have just removed the folder."""
        for attempt in range(_ATTEMPTS):
            self.begin(about)
            try:
                write_records(records, batch_size, self.records(records.shard))
            except FileNotFoundError:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                break
        self.throw_away_journals(records.shard)

    def merged(self) -> Merged | None:
        """The result of the merge; None if the shards are not merged."""
        try:
            return Merged(**json.loads((self.folder / _MERGED).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def is_settled(self) -> bool:
        """Whether nothing is left to merge."""
        return self.merged() is not None or not self.folder.exists()

    def settle(self, merged: Merged) -> None:
        """Stores the result of the merge, and removes the shards and the claims."""
        write_json(asdict(merged), self.folder / _MERGED)
        self.claims.remove()  # otherwise a later evaluation with resume=false takes their run for its own
        for shard in all_shards(self.count):
            self.throw_away(shard)

    def begin_anew(self, shard: Shard) -> None:
        """Resets the state, as if the shard had never been evaluated and the whole never merged."""
        (self.folder / _MERGED).unlink(missing_ok=True)
        self.throw_away(shard)

    def throw_away(self, shard: Shard) -> None:
        """Deletes everything of a shard."""
        self.records(shard).unlink(missing_ok=True)
        self.throw_away_journals(shard)

    def throw_away_journals(self, shard: Shard) -> None:
        """Deletes the journals of every machine, because the shard is done."""
        shutil.rmtree(self.journals(shard), ignore_errors=True)

    def tidy(self) -> None:
        """Removes what a worker left that was stopped between its merge and ``forget``, if there was one."""
        if self.merged() is not None:
            self.forget()

    def forget(self) -> None:
        """Removes everything, because the tracker has the result."""
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.parent.rmdir()
        except OSError as error:  # shards of another count are still there
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
                raise

    def _read(self, path: Path, samples: Sequence[Sample]) -> Records:
        for reading in range(_READINGS):
            try:
                return read_records(path, samples)
            except OSError as error:
                if error.errno != errno.ESTALE or reading == _READINGS - 1:
                    raise
                time.sleep(0.1)
        raise AssertionError
