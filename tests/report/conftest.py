"""The zoo's tables, and a store with Table 1 in which a cell of every kind is."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from report_store import FakeRun, FakeStore, MixedStore, as_read, mixed_table

from clsbench.config import CONF
from clsbench.report.networks import Networks, read_networks
from clsbench.report.table_data import TableData

TableDataOf = Callable[[Iterable[FakeRun]], TableData]


@pytest.fixture(scope="session")
def networks() -> Networks:
    return read_networks(CONF)


@pytest.fixture
def table_data(networks: Networks) -> TableDataOf:
    """What the tables are made of, from runs that no store holds."""
    return lambda runs: TableData(networks, as_read(runs), tolerance=0.1)


@pytest.fixture(scope="session")
def mixed_store(tmp_path_factory: pytest.TempPathFactory) -> MixedStore:
    folder: Path = tmp_path_factory.mktemp("store")
    store = FakeStore(folder)
    run_ids = [store.write(run) for run in mixed_table()]
    parent = store.write(FakeRun("sweep table1", {"task": "sweep", "sweep_id": "synthetic"}, {}))
    return MixedStore(store, run_ids, parent)
