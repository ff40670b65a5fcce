"""A tracking store that is a database server's, without an MLflow server before it: ``postgresql://…`` for instance."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

_POSTGRESQL = "postgresql"
_PORTS = {_POSTGRESQL: 5432, "mysql": 3306, "mssql": 1433}  # MLflow takes these; and SQLite, which is a file
_LOCK = int.from_bytes(b"clsbench")
_LOCK_SECONDS = 60


def database_of(uri: str) -> URL | None:
    """The parsed address; None if it is no database server's."""
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        return None
    return url if url.get_backend_name() in _PORTS else None


def check_connection(database: URL, seconds: float) -> None:
    """Raises OSError within ``seconds`` where nothing answers there, and where its driver is not installed.

    MLflow itself tries for more than a minute and a half.
    """
    try:
        database.get_dialect().import_dbapi()
    except ImportError as error:
        name = f"the Python module {error.name}, which SQLAlchemy needs for {database.drivername}, is not installed"
        raise ConnectionError(name) from error
    if database.host:  # else a socket's file
        port = database.port or _PORTS[database.get_backend_name()]
        socket.create_connection((database.host, port), seconds).close()


@contextmanager
def one_at_a_time_at(database: URL) -> Iterator[None]:
    """Holds a lock against other processes, of other machines too: several that make MLflow's tables at once fail.

    Raises SQLAlchemyError if another one holds it for a minute. PostgreSQL alone; elsewhere nothing is held.
    """
    if database.get_backend_name() != _POSTGRESQL:
        yield
        return
    engine = create_engine(database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # its end, however it comes, releases the lock
        connection.execute(text(f"SET lock_timeout = '{_LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        yield
