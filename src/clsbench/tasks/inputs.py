"""``task=inputs``: the exact network inputs of an evaluation as files, for a device that no engine supports."""

import logging
import shutil
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.images import dataset_of, view_maker_of
from clsbench.composition.network import onnx_model_of
from clsbench.composition.parts import check_channels
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.composition.random_fallback import model_or_random
from clsbench.composition.resizing import resize_identity
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels
from clsbench.config import fingerprint
from clsbench.console.result import show_file, show_line
from clsbench.data.crop import ViewMaker, Views
from clsbench.data.dataset import Dataset, Stored
from clsbench.data.loader import loaded
from clsbench.data.preprocessing import Preprocessing
from clsbench.engines.cores import available_cores
from clsbench.engines.given.inputs_writer import InputsFolder, PixelViews, bytes_of
from clsbench.engines.given.manifest import ROWS, SETTINGS, Layout, settings_of
from clsbench.errors import DiskError
from clsbench.model.classifier import Classifier
from clsbench.sweeps.outcome import FINISHED, Outcome

log = logging.getLogger(__name__)

_BATCH = 64
_MIB = 2**20
# ImageNet's most frequent size: the number of distinct views depends on the image's shape.
_USUAL_IMAGE = (375, 500)
_BYTES_A_ROW = 150  # of the manifest


class _Maker(Protocol):
    def of_stored(self, stored: Stored) -> Views: ...


def inputs(cfg: DictConfig, folder: Path) -> Outcome:  # noqa: ARG001 - a task's signature; no run is made
    """Writes the missing files into ``task.output``; no run is made. Raises DiskError if there is no room."""
    check_counts(cfg)
    with config_errors():
        layout = Layout(cfg.task.format, cfg.task.dtype, cfg.task.layout, cfg.batch_size or _BATCH)
        model: Classifier
        model, pixels = onnx_model_of(cfg) if cfg.model.onnx is not None else model_or_random(cfg, "written for it")
        dataset = dataset_of(cfg)
        check_channels(model, dataset)
        views = view_maker_of(cfg, pixels, model.input_shape[0])
    target = Path(cfg.task.output).expanduser()
    settings = settings_of(layout, model.input_shape, _made_with(cfg, model, pixels, dataset))
    writer = InputsFolder(target, layout, settings, dataset.samples, model.input_shape[0])
    first = writer.prepare_folder(resume=cfg.resume)
    name = f"{model.name} inputs {views.crop.name} {pixels.crop_size}"
    if first < len(dataset.samples):
        _say_room(len(dataset.samples) * _distinct_views(views, model), len(writer.rows), writer)
        _write(cfg, writer, dataset, views, first)
    show_line(f"{name}: {len(writer.rows)} views of {writer.settings['images_with_views']} images in {target}")
    for file in (SETTINGS, ROWS):
        show_file(target / file)
    return Outcome(FINISHED, name)


def _write(cfg: DictConfig, writer: InputsFolder, dataset: Dataset, views: ViewMaker, first: int) -> None:
    maker: _Maker = views
    if writer.layout.dtype == "uint8":
        maker = PixelViews(views, _of_pixels(views))
    workers = cfg.workers or available_cores()
    todo = range(first, len(dataset.samples))
    with loaded(dataset, todo, maker.of_stored, workers=workers, ahead=2 * workers) as images:
        writer.write(images)
    if writer.bad:
        log.warning("%d images could not be read and have no views: an evaluation counts each as a miss", writer.bad)


def _of_pixels(views: ViewMaker) -> ViewMaker:
    """The same views, of unmodified pixels."""
    plain = Preprocessing(mean=0.0, std=1.0, scale=1.0, mean_image="pixels").of(views.channels)
    return ViewMaker(plain, views.crop, views.rgb, views.resize, views.channels)


def _say_room(views: int, done: int, writer: InputsFolder) -> None:
    """Prints the disk space that is needed, before anything is written. Raises DiskError if there is less."""
    each = bytes_of(writer.settings["input_shape"], writer.layout) + _BYTES_A_ROW
    free = shutil.disk_usage(writer.folder).free
    room = f"about {views * each / _MIB:,.0f} MiB for {views} views"
    there = f", of which {done * each / _MIB:,.0f} are there" if done else ""
    show_line(f"{writer.folder}: {room}{there}; {free / _MIB:,.0f} MiB are free")
    if (views - done) * each > free:
        raise DiskError(
            f"{writer.folder}: {room}{there}, but only {free / _MIB:,.0f} MiB are free; give another "
            "task.output=FOLDER, fewer images (limit=N, sample=N), or task.dtype=uint8"
        )


def _distinct_views(views: ViewMaker, model: Classifier) -> int:
    if views.crop.base_size is None:
        return views.crop.views_per_image
    return len(views(np.zeros((*_USUAL_IMAGE, model.input_shape[0]), np.uint8)).views)


def _made_with(cfg: DictConfig, model: Classifier, pixels: Pixels, dataset: Dataset) -> dict[str, Any]:
    """Everything that the views depend on, in words where a person may want to read it."""
    crop = OmegaConf.to_container(cfg.crop, resolve=True)
    identity = {"crop": crop, "limit": cfg.limit, "sample": cfg.sample, "seed": cfg.seed, **resize_identity(cfg)}
    return {
        "model": model.name,
        "dataset": dataset.name,
        "dataset_sha256": dataset.digest,
        "images": len(dataset.samples),
        "crop": str(cfg.crop.get("_target_", "")).rpartition(".")[2],
        **pixels.identity,
        "channel_order": cfg.model.channel_order,
        "preprocessing": preprocessing_identity(cfg),
        "settings_sha256": fingerprint(identity),
    }
