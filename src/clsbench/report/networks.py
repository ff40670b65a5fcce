"""The rows of the tables and their published values, from conf/."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from clsbench.errors import ConfigError
from clsbench.zoo.catalogue import Entry, read_catalogue


@dataclass(frozen=True)
class Networks:
    """``catalogue``: every network of the zoo, by name; ``rows``: a table's network names, in published order."""

    catalogue: Mapping[str, Entry]
    rows: Mapping[str, tuple[str, ...]]

    def table(self, name: str) -> list[Entry]:
        """A table's networks, in its order."""
        return [self.catalogue[row] for row in self.rows[name]]


def read_networks(conf: Path) -> Networks:
    """The networks; the rows of a table are those that ``experiment=TABLE`` evaluates."""
    catalogue = read_catalogue(conf / "model")
    rows = {table: _rows(conf / "experiment" / f"{table}.yaml") for table in ("table1", "table3", "lite")}
    for table, names in rows.items():
        if unknown := [name for name in names if name not in catalogue]:
            raise ConfigError(f"experiment={table}: {', '.join(unknown)}: no such network in {conf / 'model'}")
    return Networks(catalogue, rows)


def _rows(path: Path) -> tuple[str, ...]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(name.strip() for name in content["hydra"]["sweeper"]["params"]["model"].split(","))
