"""``prepared``: whether an evaluation's decoded images are kept on disk, and where."""

import hashlib
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from omegaconf import DictConfig

from clsbench.composition.parts import Parts
from clsbench.data.opencv import cv2
from clsbench.data.prepared.dataset import PreparedDataset, lies_in_files
from clsbench.data.prepared.images import PreparedImages
from clsbench.data.size import Size, size_of

log = logging.getLogger(__name__)

_GB = 10**9
_ASPECT = 1.4  # of a landscape photograph: its long side over its short one, ImageNet's mean plus some margin


@dataclass(frozen=True)
class KeptImages:
    """Where an evaluation's decoded images are kept, and roughly how many bytes they take."""

    folder: Path
    needed: int


def prepared_dataset(cfg: DictConfig, parts: Parts, *, in_sweep: bool) -> PreparedDataset | None:
    """The dataset of ``parts`` with its decoded images kept; None if they should not or cannot be kept."""
    kept = kept_images(cfg, parts, in_sweep=in_sweep)
    if kept is None:
        return None
    count = len(parts.dataset.samples)
    log.info("prepared: %s, about %.1f GB for %d images", kept.folder, kept.needed / _GB, count)
    _make_room(kept, int(cfg.prepared_gb * _GB) - kept.needed)
    return PreparedDataset(parts.dataset, parts.views.image_of, PreparedImages(kept.folder, count))


def kept_images(cfg: DictConfig, parts: Parts, *, in_sweep: bool) -> KeptImages | None:
    """None if the images should not or cannot be kept.

    ``prepared=auto`` keeps them only for the cells of a sweep, if the disk has room twice over.
    """
    wanted = cfg.prepared
    base = parts.views.crop.base_size
    if wanted is False or base is None or not lies_in_files(parts.dataset):
        return None
    size = size_of(base)
    needed = int(len(parts.dataset.samples) * size.height * size.width * _ASPECT * parts.views.channels)
    kept = KeptImages(Path(cfg.paths.prepared).expanduser() / _key(parts, size), needed)
    if wanted == "auto" and not (in_sweep and _has_room(kept, cfg.prepared_gb * _GB)):
        return None
    return kept


def _key(parts: Parts, size: Size) -> str:
    """Everything that the decoded images depend on and that the stamps of their files do not cover."""
    views = parts.views
    resize = f"{views.resize.name} {getattr(views.resize, 'interpolation', '')}"
    decoder = hashlib.sha256(cv2.getBuildInformation().encode()).hexdigest()
    named = f"{parts.dataset.digest} {resize} {size} {views.channels} {cv2.__version__} {decoder}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _has_room(kept: KeptImages, limit: float) -> bool:
    there = next(each for each in kept.folder.parents if each.exists())
    more = max(0, kept.needed - _held(kept.folder))
    return kept.needed <= limit and 2 * more <= shutil.disk_usage(there).free


def _make_room(kept: KeptImages, left: int) -> None:
    """Removes the least recently used content until the rest fits into ``left`` bytes."""
    try:
        kept.folder.mkdir(parents=True, exist_ok=True)
        os.utime(kept.folder)
    except OSError:
        return  # whoever writes there reports it
    others = [each for each in kept.folder.parent.iterdir() if each.is_dir() and each != kept.folder]
    for other in sorted(others, key=lambda each: each.stat().st_mtime, reverse=True):
        held = _held(other)
        left -= held
        if left < 0:
            log.info("prepared: %s removed, %.1f GB", other, held / _GB)
            shutil.rmtree(other, ignore_errors=True)


def _held(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.images"))
