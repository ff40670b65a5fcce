"""A database server as the store: its driver and its port, before MLflow tries for minutes."""

import socket
import sys
from contextlib import closing

import pytest
from mlflow_server import free_port

from clsbench.tracking.database import check_connection, database_of
from clsbench.tracking.outage import check_reachable


@pytest.mark.parametrize(
    "uri", ["sqlite:////a/mlflow.db", "http://results:5000", "databricks", "postgresql://host:port/x"]
)
def test_what_is_no_database_server_is_none(uri: str) -> None:
    assert database_of(uri) is None


@pytest.mark.parametrize(
    "uri", ["postgresql://a:b@host/mlflow", "postgresql+psycopg://host:1/mlflow", "mysql://host/x"]
)
def test_a_database_server_is_known_by_its_scheme(uri: str) -> None:
    assert database_of(uri) is not None


def test_one_that_does_not_answer_is_told_at_once() -> None:
    with pytest.raises(OSError, match="Connection refused"):
        check_reachable(f"postgresql+psycopg://a:secret@127.0.0.1:{free_port()}/mlflow")


def test_one_that_answers_is_left_to_mlflow() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        database = database_of(f"postgresql+psycopg://127.0.0.1:{server.getsockname()[1]}/mlflow")
        assert database is not None
        check_connection(database, 5)


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        OSError, match=r"^the Python module psycopg, which SQLAlchemy needs for postgresql\+psycopg, is"
    ) as told:
        check_reachable("postgresql+psycopg://a:secret@host/mlflow")
    assert "secret" not in str(told.value)
