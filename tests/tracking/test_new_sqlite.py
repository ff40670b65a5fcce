"""A SQLite store is whole or not there, whenever its making is stopped."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from empty_stores import EMPTY_STORES
from mlflow import MlflowClient

from clsbench.errors import DiskError, TrackingError
from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.tracker import Cell

CELL = Cell(name="n", params={"a": 1}, tags={"fingerprint": "f"}, dataset=None, description="A cell.")
# More for a longer attack, such as CLSBENCH_KILLS=200.
KILLS = int(os.environ.get("CLSBENCH_KILLS", "6"))

_START = """
import sys
from pathlib import Path
from types import SimpleNamespace
from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.tracker import Cell
folder = sys.argv[1]
uri = f"sqlite:///{folder}/mlflow.db"
folders = (f"{folder}/artifacts", "clsbench", f"{folder}/spool", f"{folder}/stores")
tracker = MlflowTracker(uri, *folders, system_metrics=False)
with tracker.run(Cell(name="n", params={}, tags={}, dataset=None, description=""), Path(folder) / "log") as run:
    print(run, flush=True)
"""


def tracker(folder: Path, empty_stores: str = EMPTY_STORES) -> MlflowTracker:
    return MlflowTracker(
        f"sqlite:///{folder}/mlflow.db",
        f"{folder}/artifacts",
        "clsbench",
        f"{folder}/spool",
        empty_stores,
        system_metrics=False,
    )


def runs_once(made: MlflowTracker, folder: Path) -> int:
    """How many runs the store holds after one more."""
    with made.run(CELL, folder / "log"):
        pass
    client = MlflowClient(tracking_uri=made.uri)
    experiment = client.get_experiment_by_name("clsbench")
    assert experiment is not None
    return len(client.search_runs([experiment.experiment_id]))


def test_a_kill_at_any_moment_of_the_first_seconds_leaves_a_folder_that_works(tmp_path: Path) -> None:
    moments = random.Random(0)
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        process = subprocess.Popen([sys.executable, "-c", _START, str(folder)], stdout=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.5, 8))
        process.send_signal(moments.choice([signal.SIGKILL, signal.SIGTERM]))
        process.wait()
        assert runs_once(tracker(folder, f"{folder}/stores"), folder) >= 1
        assert not list(folder.rglob("*.new*"))


def without_revision(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM alembic_version")


def of_an_earlier_step(database: sqlite3.Connection) -> None:
    database.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")


def without_most_tables(database: sqlite3.Connection) -> None:
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if name not in ("experiments", "alembic_version"):
            database.execute(f'DROP TABLE "{name}"')
    database.execute("DELETE FROM alembic_version")


@pytest.mark.parametrize("breaking", [without_revision, of_an_earlier_step, without_most_tables])
def test_a_half_made_store_without_runs_is_replaced(
    tmp_path: Path, breaking: Callable[[sqlite3.Connection], None]
) -> None:
    assert runs_once(tracker(tmp_path / "whole"), tmp_path) == 1
    half = tmp_path / "half"
    half.mkdir()
    (half / "mlflow.db").write_bytes(next(Path(EMPTY_STORES).glob("mlflow-*.db")).read_bytes())
    with closing(sqlite3.connect(half / "mlflow.db", isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        breaking(database)
    assert runs_once(tracker(half), half) == 1


def test_one_that_holds_runs_is_left_as_it_is(tmp_path: Path) -> None:
    assert runs_once(tracker(tmp_path), tmp_path) == 1
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
        database.commit()
    before = (tmp_path / "mlflow.db").read_bytes()
    ended = subprocess.run(
        [sys.executable, "-c", _START, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert "TrackingError" in ended.stderr
    assert (tmp_path / "mlflow.db").read_bytes() == before


def test_a_file_that_is_no_database_is_never_replaced(tmp_path: Path) -> None:
    database = tmp_path / "mlflow.db"
    database.write_bytes(b"not a database at all" * 100)
    with pytest.raises(TrackingError), tracker(tmp_path).run(CELL, tmp_path / "log"):
        pass
    assert database.read_bytes() == b"not a database at all" * 100


def test_another_programs_tables_stay(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as opened:
        opened.execute("CREATE TABLE letters (a TEXT)")
    runs_once(tracker(tmp_path), tmp_path)  # MLflow adds its own beside them
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as opened:
        assert opened.execute("SELECT COUNT(*) FROM letters").fetchone() == (0,)


def test_mlflows_own_experiment_has_the_folder_that_mlflow_would_give_it(tmp_path: Path) -> None:
    made = tracker(tmp_path)
    runs_once(made, tmp_path)
    default = MlflowClient(tracking_uri=made.uri).get_experiment_by_name("Default")
    assert default is not None
    assert Path(default.artifact_location.removeprefix("file://")).parent.name == "mlruns"


def test_a_store_that_has_no_room_is_not_begun_and_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clsbench.disk.shutil.disk_usage", lambda _: SimpleNamespace(free=2**18))
    said = r"mlflow\.db: cannot be written: it needs \d\.\d MiB: no space left on the disk, 0\.2 MiB are free$"
    with pytest.raises(DiskError, match=said):
        runs_once(tracker(tmp_path), tmp_path)
    assert not list(tmp_path.glob("*.db"))
