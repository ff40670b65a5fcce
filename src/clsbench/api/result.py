"""The result of one run: its numbers at once, its files on request."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from clsbench.errors import ConfigError
from clsbench.tracking.existing_store import existing_store, store_errors

if TYPE_CHECKING:
    import pyarrow as pa

_PICTURES = (".svg", ".png")


@dataclass(frozen=True)
class Result:
    """The result of one run.

    ``status``: FINISHED, or SKIPPED if an earlier run has the result; ``run_id`` is then that run's.

    ``metrics``: every metric by name, errors in percent, times in milliseconds. ``folder``: the folder with the files
    of this run. With ``tracking=none``, ``run_id`` is empty and ``metrics`` has only the errors or the times.
    """

    status: str
    name: str
    run_id: str
    metrics: Mapping[str, float]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    folder: Path
    uri: str | None = None

    @property
    def predictions(self) -> "pa.Table":
        """The table of predictions.parquet, with a row per image; ``.to_pandas()`` converts it to a data frame."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - not everybody asks

        return pq.read_table(self.file("predictions.parquet"))

    @property
    def plots(self) -> Mapping[str, Path]:
        """The paths of the run's plots, by file name without the suffix."""
        folder = self.file("plots")
        return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in _PICTURES}

    def file(self, name: str) -> Path:
        """The path of a local copy of an artifact. Raises ConfigError if the run has no artifact of that name."""
        if (self.folder / name).exists():
            return self.folder / name
        if self.uri is None or not self.run_id:
            raise ConfigError(f"{self.name}: it has no file {name}; it has {', '.join(_names(self.folder))}")
        client = existing_store(self.uri)
        with store_errors(self.uri):
            names = [each.path for each in client.list_artifacts(self.run_id)]
            if name not in names:
                raise ConfigError(f"run {self.run_id}: it has no artifact {name}; it has {', '.join(names) or 'none'}")
            os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # a bar for each small file
            return Path(client.download_artifacts(self.run_id, name, self._fetched.name))

    @cached_property
    def _fetched(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="clsbench-")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ["none"]
