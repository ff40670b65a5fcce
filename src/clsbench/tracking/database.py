"""A tracking store on a database server, without an MLflow server in front of it, for instance ``postgresql://…``."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

_POSTGRESQL = "postgresql"
_PORTS = {_POSTGRESQL: 5432, "mysql": 3306, "mssql": 1433}  # MLflow accepts these, and SQLite, which is a file
_LOCK = int.from_bytes(b"clsbench")
_LOCK_SECONDS = 60


def database_of(uri: str) -> URL | None:
    """The parsed address; None if it is not a database server's."""
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError):  # the latter for a port that is not a number
        return None
    return url if url.get_backend_name() in _PORTS else None


def check_connection(database: URL, seconds: float) -> None:
    """Raises OSError within ``seconds`` if nothing answers there, or if its driver is not installed.

    MLflow itself keeps trying for more than a minute and a half.
    """
    try:
        database.get_dialect().import_dbapi()
    except ImportError as error:
        name = f"the Python module {error.name}, which SQLAlchemy needs for {database.drivername}, is not installed"
        raise ConnectionError(name) from error
    if database.host:  # otherwise a socket's file
        port = database.port or _PORTS[database.get_backend_name()]
        socket.create_connection((database.host, port), seconds).close()


@contextmanager
def one_at_a_time_at(database: URL) -> Iterator[None]:
    """Holds a lock against other processes, on any machine: several that make MLflow's tables at once would fail.

    Raises SQLAlchemyError if another process holds it for a minute. This works only on PostgreSQL; elsewhere nothing is
    held.
    """
    if database.get_backend_name() != _POSTGRESQL:
        yield
        return
    engine = create_engine(database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # when it ends, for whatever reason, the lock is released
        connection.execute(text(f"SET lock_timeout = '{_LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        yield
