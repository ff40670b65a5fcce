"""Where the shards of a cell meet: a folder below ``paths.outputs``, by the cell's fingerprint."""

from pathlib import Path

from omegaconf import DictConfig

from clsbench.composition.parts import Parts
from clsbench.results.environment import software
from clsbench.shards.place import Place
from clsbench.sweeps.membership import sweep_folder
from clsbench.tracking.tracker import Cell


def place_of(cfg: DictConfig, cell: Cell, count: int) -> Place:
    """Where the shards of a cell meet; with ``resume=false`` those of one sweep alone."""
    folder, sweep = shards_folder(cfg) / cell.tags["fingerprint"], sweep_folder()
    name = f"of-{count}" if cfg.resume or sweep is None else f"of-{count}-{sweep.name}"
    return Place(folder / name, count)


def places_of(cfg: DictConfig, cell: Cell) -> list[Place]:
    """Every place where shards of a cell are."""
    found = [
        (folder, folder.name.split("-"))
        for folder in sorted((shards_folder(cfg) / cell.tags["fingerprint"]).glob("of-*"))
    ]
    return [Place(folder, int(words[1])) for folder, words in found if words[1].isdecimal()]


def about(cfg: DictConfig, cell: Cell, parts: Parts) -> dict[str, str]:
    """What tells a cell from others of the same name, in words."""
    tags = ("fingerprint", "weights_sha256", "network_sha256", "dataset_sha256")
    runtime = {f"engine.{key}": str(value) for key, value in parts.engine.identity().items()}
    params = {key: str(value) for key, value in cell.params.items()}
    settings = {key: str(cfg[key]) for key in ("batch_size", "workers", "device", "precision")}
    return {"cell": cell.name, **params, **settings, **{key: cell.tags[key] for key in tags}, **runtime, **software()}


def shards_folder(cfg: DictConfig) -> Path:
    """Of all cells."""
    return Path(cfg.paths.outputs) / "shards"
