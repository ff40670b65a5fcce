"""A new SQLite store appears whole or not at all: MLflow refuses one whose creation was interrupted.

MLflow takes seconds for an empty store, and the tables are the same each time, so one is kept and copied.
"""

import fcntl
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import mlflow
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from clsbench.disk import room_for

logger = logging.getLogger(__name__)

SQLITE = "sqlite:///"


def make_whole(database: Path, kept: Path) -> None:
    """Puts an empty store where there is none, or where a half-made one without runs was left.

    ``kept`` is the folder of empty stores. The caller holds ``one_at_a_time`` for ``database``. Raises OSError if a
    file cannot be written, DiskError if there is no room for it.
    """
    there = database.is_file() and database.stat().st_size > 0
    if there and not _is_replaceable(database):
        return
    empty = _empty_store(kept)
    if there:
        if _revision(database) == _revision(empty):
            return
        logger.warning("%s: an incomplete store without runs; a new one replaces it", database)
    new = database.with_name(f".{database.name}.new")
    try:
        with room_for(database, empty.stat().st_size):
            shutil.copyfile(empty, new)
        for journal in ("-journal", "-wal", "-shm"):
            database.with_name(database.name + journal).unlink(missing_ok=True)  # of the one being replaced
        new.replace(database)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Holds a lock beside ``file``: MLflow's first start fails if several processes create the tables at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(file.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _kept_file(kept: Path) -> Path:
    return kept / f"mlflow-{mlflow.__version__}.db"


def _empty_store(kept: Path) -> Path:
    file = _kept_file(kept)
    with one_at_a_time(file):
        if not file.is_file():
            new = file.with_name(f".{file.name}.new")
            for left in file.parent.glob(f"{new.name}*"):  # left by a process that was killed
                left.unlink()
            store = SqlAlchemyStore(f"{SQLITE}{new}", "mlflow-artifacts:/")  # type: ignore[no-untyped-call]
            store.engine.dispose()
            with closing(sqlite3.connect(new)) as connection:
                # If there is no Default experiment, MLflow creates it itself, with a suitable folder.
                connection.execute("DELETE FROM experiments")
                connection.commit()
                connection.execute("VACUUM")
            _sync(new)
            new.replace(file)
    return file


def _is_replaceable(database: Path) -> bool:
    """Whether it belongs to MLflow and holds neither runs nor any experiment except MLflow's own, Default."""
    with suppress(sqlite3.DatabaseError), closing(_connected(database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        most = {"runs": 0, "experiments": 1}
        is_mlflows = not tables or bool(tables & {"alembic_version", *most})
        return is_mlflows and all(_rows(connection, table) <= most[table] for table in tables & set(most))
    return False  # not a database


def _rows(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of ours


def _revision(database: Path) -> str | None:
    with suppress(sqlite3.DatabaseError), closing(_connected(database)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else None
    return None


def _connected(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True)


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
