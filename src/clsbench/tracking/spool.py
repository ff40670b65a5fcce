"""A spool: the folder of one run whose store went away, with everything written since, in order.

``events.jsonl`` begins with the run's record, followed by one write per line, each synced to disk before the next;
``files/`` holds copies of the artifacts. A process that writes or reads a spool holds its lock, which ends with it.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from clsbench.errors import TrackingError
from clsbench.tracking.durable import append_line, copy_into, flush, lock_folder
from clsbench.tracking.writes import Files, Write, line_of, write_of

REFUSED = "refused"
_EVENTS = "events.jsonl"
_FORMAT = 1


@dataclass(frozen=True)
class Record:
    """Identifies the run and its store."""

    uri: str
    experiment: str
    run_id: str
    name: str


@dataclass(frozen=True)
class Entry:
    """A write, and its time in milliseconds since 1970."""

    time: int
    write: Write


@dataclass(frozen=True)
class Spool:
    """One run's folder, held by this process only, until it is closed."""

    folder: Path
    lock: int

    def add(self, write: Write) -> None:
        """Appends a write; artifacts are copied. Raises OSError, and then the spool is as before."""
        if isinstance(write, Files):
            copy = copy_into(Path(write.path), self.folder / "files")
            write = Files(str(copy.relative_to(self.folder)))
        append_line(self.folder / _EVENTS, f"{now()} {line_of(write)}")

    def entries(self) -> list[Entry]:
        """The writes, in order. Raises TrackingError if the spool is damaged."""
        entries = []
        for line in _lines(self.folder)[1:]:
            moment, _, text = line.partition(" ")
            try:
                entry = Entry(int(moment), write_of(text))
            except (ValueError, KeyError, TypeError) as error:
                raise TrackingError(f"{self.folder / _EVENTS}: damaged ({line[:60]})") from error
            if isinstance(entry.write, Files):
                entry = replace(entry, write=Files(str(self.folder / entry.write.path)))
            entries.append(entry)
        return entries

    def remove(self) -> None:
        """Removes the spool at once; its files follow, and the folder of all spools after the last one."""
        (self.folder / _EVENTS).unlink()
        shutil.rmtree(self.folder)
        self.close()
        with suppress(OSError):  # it has others
            self.folder.parent.rmdir()

    def set_aside(self, why: str) -> Path:
        """Moves it to where no later command tries it again, and returns the new folder."""
        (self.folder / "why.txt").write_text(f"{why}\n", encoding="utf-8")
        target = self.folder.parent / REFUSED / self.folder.name
        target.parent.mkdir(exist_ok=True)
        self.folder.rename(target)
        self.close()
        return target

    def close(self) -> None:
        """Releases the spool for other processes."""
        os.close(self.lock)


def new_spool(root: Path, record: Record) -> Spool:
    """The run's spool, made if there is none. Raises OSError."""
    root.mkdir(parents=True, exist_ok=True)
    folder = root / record.run_id
    if known := held(folder):
        return known
    # Made under another name, so that nobody sees it unlocked or without its record.
    hidden = root / f".{record.run_id}"
    shutil.rmtree(hidden, ignore_errors=True)
    # With its parent, which another process may have just removed.
    hidden.mkdir(mode=0o700, parents=True)  # the address may contain a password
    lock = lock_folder(hidden)
    assert lock is not None
    (hidden / _EVENTS).write_text(json.dumps({"spool": _FORMAT, **asdict(record)}) + "\n", encoding="utf-8")
    flush(hidden / _EVENTS)
    hidden.rename(folder)
    flush(root)
    return Spool(folder, lock)


def held(folder: Path) -> Spool | None:
    """The spool, held from now on; None if it is gone, or if another process (or this one) holds it."""
    if not is_spool(folder):
        return None
    lock = lock_folder(folder)
    if lock is None:
        return None
    if is_spool(folder):
        return Spool(folder, lock)
    os.close(lock)  # its last holder removed it
    return None


def is_spool(folder: Path) -> bool:
    """Whether there is anything to send."""
    return (folder / _EVENTS).is_file()


def spooled(root: Path) -> Iterator[Path]:
    """The folders with something to send, oldest first."""
    folders: list[tuple[float, Path]] = []
    with suppress(FileNotFoundError, NotADirectoryError):  # another process may have just sent the last one
        for folder in root.iterdir():
            with suppress(FileNotFoundError):  # or this one
                if is_spool(folder):
                    folders.append((folder.stat().st_ctime, folder))
    yield from (folder for _, folder in sorted(folders))


def record_of(folder: Path) -> Record:
    """The run that the spool belongs to. Raises TrackingError if that cannot be read."""
    try:
        fields = json.loads(_lines(folder)[0])
        version = fields.pop("spool")
        if version != _FORMAT:
            raise TrackingError(f"{folder}: a spool of format {version}, and this clsbench reads {_FORMAT}; update it")
        return Record(**fields)
    except (OSError, IndexError, ValueError, KeyError, TypeError) as error:
        raise TrackingError(f"{folder / _EVENTS}: it does not begin with a run's record") from error


def now() -> int:
    """Milliseconds since 1970, as MLflow counts."""
    return time.time_ns() // 1_000_000


def _lines(folder: Path) -> list[str]:
    # A last line without its end was being written when the machine went down.
    return (folder / _EVENTS).read_text(encoding="utf-8").split("\n")[:-1]
