"""Facts about a fetched or converted caffemodel: a JSON file beside it that travels with the weights."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import Any

from clsbench.caffe.whole_file import whole_file
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015
from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.source import ARCHITECTURE, SAME

_LARGEST = 2**20  # bytes; a file written here has two thousand


@dataclass(frozen=True)
class Images:
    """The image preparation that the weights need: mean and std of 8-bit pixels, in the order blue, green, red."""

    mean: list[float]
    std: list[float]
    channel_order: str  # that the network takes: bgr | rgb
    label_order: str


@dataclass(frozen=True)
class Sidecar:
    """The source of a caffemodel, and what it needs. ``images`` is None if the model's own settings apply."""

    network: str
    source: str
    location: str
    revision: str | None
    source_sha256: str
    sha256: str  # of the caffemodel
    licence: str | None
    relation: str  # to the published weights: same | architecture
    evidence: str  # of the relation
    converted: str  # the date
    clsbench: str  # the version
    images: Images | None = None
    network_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The source and its relation: ``timm legacy_seresnet50.in1k (same weights)``."""
        return f"{self.source} ({'same weights' if self.is_published else 'same architecture'})"

    @property
    def is_published(self) -> bool:
        """Whether these are the published weights, as far as known."""
        return self.relation == SAME


def sidecar_path(caffemodel: Path) -> Path:
    """The path of the sidecar of ``caffemodel``."""
    return caffemodel.with_name(f"{caffemodel.name}.json")


def write_sidecar(sidecar: Sidecar, caffemodel: Path) -> None:
    """Writes it beside ``caffemodel``, whole or not at all. Raises WeightsError."""
    path = sidecar_path(caffemodel)
    try:
        with whole_file(path) as file:
            file.write((json.dumps(asdict(sidecar), indent=2) + "\n").encode())
    except OSError as error:
        raise WeightsError(f"{path}: cannot write it: {error}") from error


def read_sidecar(caffemodel: Path) -> Sidecar | None:
    """The sidecar of ``caffemodel``; None if it has none.

    Raises WeightsError if it is damaged, or belongs to another caffemodel.
    """
    path = sidecar_path(caffemodel)
    if not path.is_file():
        return None
    try:
        sidecar = _parsed(json.loads(_text(path)))
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise WeightsError(f"{path}: damaged: {error}; get the weights again, or delete it") from error
    if sidecar.sha256 != sha256_of(caffemodel):
        raise WeightsError(
            f"{path}: belongs to a different file than {caffemodel.name}: the sha256 differs; if these are other "
            "weights, delete it, and the model's own preprocessing and label order apply"
        )
    return sidecar


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f"more than {_LARGEST >> 20} MiB")
    return data.decode()


def _parsed(content: Any) -> Sidecar:
    if not isinstance(content, dict):
        raise TypeError("not a JSON object")
    known = {each.name for each in fields(Sidecar)}
    if unknown := sorted(content.keys() - known):
        raise ValueError(f"it has {', '.join(unknown)}, which this version does not know")
    # A lone surrogate is text only in JSON: neither a file nor a tag can be written with it.
    json.dumps(content, ensure_ascii=False).encode()
    images = content.pop("images", None)
    sidecar = Sidecar(**content, images=None if images is None else _images(Images(**images)))
    if sidecar.relation not in (SAME, ARCHITECTURE):
        raise ValueError(f"relation is {sidecar.relation}, not {SAME} or {ARCHITECTURE}")
    if not all(isinstance(settings, dict) for settings in dict(sidecar.network_settings).values()):
        raise TypeError("network_settings are not settings per layer")
    return sidecar


def _images(images: Images) -> Images:
    for numbers in (images.mean, images.std):
        if not isinstance(numbers, list) or len(numbers) != 3 or not all(isfinite(number) for number in numbers):
            raise ValueError("mean and std must be three numbers each")
    if min(images.std) <= 0:
        raise ValueError("std must be positive")
    if images.channel_order not in ("bgr", "rgb") or images.label_order not in (ILSVRC2012, ILSVRC2015):
        raise ValueError(f"no such channel order or label order: {images.channel_order}, {images.label_order}")
    return images
