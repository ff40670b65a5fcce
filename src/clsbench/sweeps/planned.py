"""One planned cell: its work, its time, and what it lacks; stored in its folder for the sweep's table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_FILE = "plan.json"


@dataclass(frozen=True)
class Planned:
    """``views`` are the distinct views that are run; ``macs`` are the multiply-accumulates of all of them.

    ``seconds`` is None if the speed is unknown; ``source`` says where it comes from. ``files_mib``: the run's own
    files. ``missing`` holds whole sentences, and is empty if the cell can start.
    """

    name: str
    images: int | None = None
    views: int | None = None
    macs: int | None = None
    seconds: float | None = None
    source: str = ""
    network: str = ""  # whose ONNX file, of ``network_mib``, is shared by several cells
    network_mib: float = 0.0
    files_mib: float = 0.0
    prepared: str = ""  # the folder of decoded images, of ``prepared_mib``, shared by several cells
    prepared_mib: float = 0.0
    finished: str = ""  # the run that already has its result
    missing: list[str] = field(default_factory=list)


def write_planned(planned: Planned, folder: Path) -> None:
    """Into the job's folder."""
    (folder / _FILE).write_text(json.dumps(asdict(planned)), encoding="utf-8")


def planned_cells(sweep: Path) -> Sequence[Planned]:
    """The planned cells of every job below ``sweep``, by job number; empty if the sweep was not a plan."""
    files = sorted(sweep.glob(f"*/{_FILE}"), key=lambda file: int(file.parent.name))
    return [Planned(**json.loads(file.read_text(encoding="utf-8"))) for file in files]
