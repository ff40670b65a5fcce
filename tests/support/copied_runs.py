"""Many runs in a store at once: copies of one that a command made, put into MLflow's own tables."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import sqlalchemy as sa

_AT_ONCE = 2000  # copies that are written in one transaction
_VALUES = ("tags", "params", "metrics", "latest_metrics")  # tables of a key and a value


@dataclass(frozen=True)
class Copy:
    """What a copy has in place of the copied run's tags, params and metrics of the same key."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)


def copy_run(uri: str, run_id: str, copies: Iterator[Copy]) -> list[str]:
    """The ids of the copies, which started a minute after each other; their artifacts are the copied run's."""
    engine, tables = sa.create_engine(uri), sa.MetaData()
    tables.reflect(engine, only=["runs", "inputs", *_VALUES])
    temporary = sa.Table("copies", sa.MetaData(), sa.Column("id", sa.String(32)), prefixes=["TEMPORARY"])
    made: list[str] = []
    while chunk := list(islice(copies, _AT_ONCE)):
        # As random as MLflow's, and the same every time.
        ids = [hashlib.md5(f"{run_id} {len(made) + n}".encode()).hexdigest() for n in range(len(chunk))]
        with engine.begin() as connection:
            temporary.create(connection)
            connection.execute(temporary.insert(), [{"id": each} for each in ids])
            _copy_runs(connection, tables.tables["runs"], run_id, len(made), dict(zip(ids, chunk, strict=True)))
            for name in _VALUES:
                _copy_values(connection, tables.tables[name], run_id, dict(zip(ids, chunk, strict=True)), temporary)
            _copy_inputs(connection, tables.tables["inputs"], run_id, ids)
            temporary.drop(connection)
        made += ids
    engine.dispose()
    return made


def _rows(connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> Sequence[dict[str, object]]:
    return [dict(row) for row in connection.execute(sa.select(table).where(condition)).mappings()]


def _copy_runs(connection: sa.Connection, table: sa.Table, run_id: str, first: int, copies: Mapping[str, Copy]) -> None:
    (row,) = connection.execute(sa.select(table).where(table.c.run_uuid == run_id)).mappings()
    rows = []
    for number, (new, copy) in enumerate(copies.items(), start=first + 1):
        later = {key: row[key] + 60_000 * number for key in ("start_time", "end_time")}
        rows.append({**row, "run_uuid": new, "name": copy.name, **later})
    connection.execute(table.insert(), rows)


def _copy_values(
    connection: sa.Connection, table: sa.Table, run_id: str, copies: Mapping[str, Copy], ids: sa.Table
) -> None:
    kind = table.name.removeprefix("latest_")
    changes = {
        new: {**({"mlflow.runName": copy.name} if kind == "tags" else {}), **getattr(copy, kind)}
        for new, copy in copies.items()
    }
    changed = {key for each in changes.values() for key in each}
    of_run = table.c.run_uuid == run_id
    columns = [ids.c.id if column.name == "run_uuid" else column for column in table.columns]
    every = sa.join(table, ids, sa.true())
    same = sa.select(*columns).select_from(every).where(of_run, table.c.key.not_in(changed))
    connection.execute(table.insert().from_select([column.name for column in table.columns], same))
    rows = _rows(connection, table, of_run & table.c.key.in_(changed))
    others = [
        {**row, "run_uuid": new, "value": each.get(str(row["key"]), row["value"])}
        for new, each in changes.items()
        for row in rows
    ]
    if others:
        connection.execute(table.insert(), others)


def _copy_inputs(connection: sa.Connection, table: sa.Table, run_id: str, ids: Sequence[str]) -> None:
    """The dataset and the model that the run is linked with."""
    rows = _rows(connection, table, (table.c.source_id == run_id) | (table.c.destination_id == run_id))
    copied = []
    for new in ids:
        for number, row in enumerate(rows):
            ends = {key: new for key in ("source_id", "destination_id") if row[key] == run_id}
            copied.append({**row, **ends, "input_uuid": f"{new}{number}"})
    if copied:
        connection.execute(table.insert(), copied)
