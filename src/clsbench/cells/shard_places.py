"""Where the shards of a cell meet, by its fingerprint: in a folder below ``paths.outputs``, or on the MLflow server."""

from pathlib import Path

from omegaconf import DictConfig

from clsbench.composition.parts import Parts
from clsbench.results.environment import software
from clsbench.shards.elsewhere import elsewhere, other_cells_text
from clsbench.shards.meeting import MLFLOW, Meeting
from clsbench.shards.place import Place
from clsbench.shards.shard import Shard
from clsbench.sweeps.membership import sweep_folder
from clsbench.tracking.tracker import Cell, Tracker


def place_of(cfg: DictConfig, cell: Cell, count: int, tracker: Tracker) -> Meeting:
    """Where the shards of a cell meet; with ``resume=false`` only those of one sweep. Raises ConfigError."""
    sweep = sweep_folder()
    name = f"of-{count}" if cfg.resume or sweep is None else f"of-{count}-{sweep.name}"
    return _on_server(cfg, cell, name, tracker) if _is_server(cfg) else Place(_own(cfg, cell) / name, count)


def places_of(cfg: DictConfig, cell: Cell, tracker: Tracker) -> list[Meeting]:
    """Every place that has shards of a cell."""
    if _is_server(cfg):
        from clsbench.tracking.shelf import depot_of  # noqa: PLC0415 - with MLflow, which the other way may not need

        found = depot_of(tracker).parcels(place=f"{cell.tags['fingerprint']}/")
        return [
            _on_server(cfg, cell, place.partition("/")[2], tracker) for place in sorted({each.place for each in found})
        ]
    folders = sorted(_own(cfg, cell).glob("of-*"))
    return [Place(folder, _count(folder.name)) for folder in folders if folder.name.split("-")[1].isdecimal()]


def beside(cfg: DictConfig, cell: Cell, parts: Parts) -> str:
    """How the shards of other cells with the same name differ; empty if there are none."""
    own = about(cfg, cell, parts)
    if not _is_server(cfg):
        return elsewhere(shards_folder(cfg), own)
    from clsbench.tracking.shelf import depot_of  # noqa: PLC0415 - as above

    others: dict[str, tuple[dict[str, str], list[Shard]]] = {}
    for parcel in depot_of(parts.tracker).parcels(cell=cell.name):
        _, done = others.setdefault(parcel.place, (dict(parcel.about), []))
        done.append(Shard(*map(int, parcel.label.split("/"))))
    return other_cells_text(others.values(), own)


def where(cfg: DictConfig, tracker: Tracker) -> str:
    """Where the shards of all cells are, in words."""
    if not _is_server(cfg):
        return str(shards_folder(cfg))
    from clsbench.tracking.shelf import depot_of  # noqa: PLC0415 - as above

    return str(depot_of(tracker))


def about(cfg: DictConfig, cell: Cell, parts: Parts) -> dict[str, str]:
    """What distinguishes a cell from others of the same name, in words."""
    tags = ("fingerprint", "weights_sha256", "network_sha256", "dataset_sha256")
    runtime = {f"engine.{key}": str(value) for key, value in parts.engine.identity().items()}
    params = {key: str(value) for key, value in cell.params.items()}
    settings = {key: str(cfg[key]) for key in ("batch_size", "workers", "device", "precision")}
    return {"cell": cell.name, **params, **settings, **{key: cell.tags[key] for key in tags}, **runtime, **software()}


def shards_folder(cfg: DictConfig) -> Path:
    """The folder for the shards of all cells, on this machine."""
    return Path(cfg.paths.outputs) / "shards"


def _on_server(cfg: DictConfig, cell: Cell, name: str, tracker: Tracker) -> Meeting:
    from clsbench.shards.server_place import ServerPlace  # noqa: PLC0415 - as above
    from clsbench.tracking.shelf import Shelf, depot_of  # noqa: PLC0415 - as above

    own = Place(_own(cfg, cell) / name, _count(name))
    return ServerPlace(own, Shelf(depot_of(tracker), f"{cell.tags['fingerprint']}/{name}"))


def _own(cfg: DictConfig, cell: Cell) -> Path:
    return shards_folder(cfg) / cell.tags["fingerprint"]


def _count(name: str) -> int:
    return int(name.split("-")[1])


def _is_server(cfg: DictConfig) -> bool:
    return bool(cfg.merge.via == MLFLOW)
