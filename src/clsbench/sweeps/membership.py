"""Which sweep a job belongs to: a small file in the sweep's folder that every launcher's processes can read."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode

_FILE = "sweep.json"


@dataclass(frozen=True)
class Membership:
    """``parent_run_id`` is empty if nothing is tracked."""

    sweep_id: str
    parent_run_id: str


def write_membership(membership: Membership, folder: Path) -> None:
    """Writes the file; call it before any job starts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_text(json.dumps(asdict(membership)), encoding="utf-8")


def membership_of(folder: Path) -> Membership:
    """The membership written for the sweep in ``folder``."""
    return Membership(**json.loads((folder / _FILE).read_text(encoding="utf-8")))


def sweep_folder() -> Path | None:
    """The folder of the sweep that this job belongs to; None for a single run."""
    if not HydraConfig.initialized() or HydraConfig.get().mode != RunMode.MULTIRUN:
        return None
    return Path(HydraConfig.get().sweep.dir)


def sweep_tags() -> dict[str, str]:
    """The tags that make a run a child of its sweep; none for a single run."""
    folder = sweep_folder()
    if folder is None or not (folder / _FILE).is_file():
        return {}
    membership = membership_of(folder)
    tags = {"sweep_id": membership.sweep_id, "mlflow.parentRunId": membership.parent_run_id}
    return {key: value for key, value in tags.items() if value}
