"""``doctor onnx=FILE``: the Caffe network and its conversion on the same views -> the first layer that differs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig

from clsbench.agree.contestants import converted_network
from clsbench.agree.images import RandomImages
from clsbench.cells.cell import model_params, model_tags, title_of
from clsbench.composition.images import dataset_of, view_maker_of
from clsbench.composition.network import model_of, net_of
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels, pixels_of
from clsbench.composition.surroundings import tracker_of
from clsbench.config import fingerprint
from clsbench.console.result import show_run
from clsbench.data.bad_image import BadImageError
from clsbench.doctor.departure import Pair, first_departure, paired_blobs
from clsbench.doctor.departure_files import write_departure_plot, write_departures
from clsbench.doctor.terminal import show_verdict
from clsbench.engines.onnxruntime.blobs import blobs
from clsbench.errors import ConfigError, DataError, NetError
from clsbench.model.classifier import Classifier
from clsbench.sweeps.outcome import BETTER, FINISHED, Outcome
from clsbench.tracking.tracker import Cell

_IMAGES = 2


def departures(cfg: DictConfig, folder: Path) -> Outcome:
    """Compares the two blob by blob; the outcome is not good if the conversion departs."""
    check_counts(cfg)
    tolerance, images = cfg.task.tolerance, cfg.task.images
    if not isinstance(tolerance, int | float) or not tolerance > 0:
        raise ConfigError(f"tolerance={tolerance}: give the largest allowed relative error of a layer, above 0")
    if images not in ("dataset", "random"):
        raise ConfigError(f"images={images}: choose dataset or random")
    with config_errors():
        tracker, net = tracker_of(cfg), net_of(cfg)
        pixels = pixels_of(cfg, net)
        model = model_of(cfg, net, pixels.crop_size)
        model.check()
        other = converted_network(cfg, model)
        other.check()
        views = _views(cfg, model, pixels)
    cell = _cell(cfg, model, other, pixels)
    with tracker.run(cell, folder / "clsbench.log") as tracked:
        pairs = paired_blobs(model.net, blobs(model.onnx(), views), blobs(other.onnx(), views))
        if not pairs:
            raise NetError(f"onnx={other.weights}: it has no blob in common with {model.name}, by name or by shape")
        verdict = _verdict(pairs, float(tolerance), model, other)
        write_departures(pairs, verdict, float(tolerance), folder)
        write_departure_plot(pairs, float(tolerance), cell.name, folder / "plots" / "departures.png")
        first = first_departure(pairs, float(tolerance))
        tracked.metrics({"blobs": len(pairs), "output_error": min(pairs[-1].error, 1e9)})
        tracked.tags({"verdict": verdict, "departs_at": first.layer if first else ""})
        tracked.artifacts(folder)
        show_run(tracked, tracker.uri, folder)
    show_verdict(verdict, ())
    return Outcome(BETTER if first else FINISHED, cell.name, tracked.run_id, error=verdict if first else "")


def _views(cfg: DictConfig, model: Classifier, pixels: Pixels) -> NDArray[np.float32]:
    """(view, channel, height, width): one view of each of the first readable images, or of noise."""
    if cfg.task.images == "random":
        noise = RandomImages(_IMAGES, cfg.seed, model.input_shape, model.input_rms)
        with noise.opened() as images:
            return np.concatenate([image.views for image in images if image.views is not None])
    dataset, maker = dataset_of(cfg), view_maker_of(cfg, pixels, model.input_shape[0])
    found: list[NDArray[np.float32]] = []
    for index in range(len(dataset.samples)):
        try:
            found.append(maker.of_stored(dataset.read(index)).views[:1])
        except BadImageError:
            continue
        if len(found) == _IMAGES:
            return np.concatenate(found)
    raise DataError(f"{dataset.name}: fewer than {_IMAGES} images can be read; give others, or images=random")


def _verdict(pairs: Sequence[Pair], tolerance: float, model: Classifier, other: Classifier) -> str:
    first = first_departure(pairs, tolerance)
    name = other.weights.name if other.weights else other.name
    if first is None:
        largest = max(pair.error for pair in pairs)
        return f"{name} matches {model.name}: {len(pairs)} blobs, the largest error {100 * largest:.2g} %."
    before = [pair.error for pair in pairs[: pairs.index(first)]]
    until = f" Before it the largest error is {100 * max(before):.2g} %." if before else ""
    output = f"At the output the error is {100 * pairs[-1].error:.3g} %."
    return f"{name} departs from {model.name} first at {first.words}.{until} {output}"


def _cell(cfg: DictConfig, model: Classifier, other: Classifier, pixels: Pixels) -> Cell:
    identity = {
        "task": "doctor onnx",
        "networks": [(each.network_sha256, each.weights_sha256) for each in (model, other)],
        "images": [cfg.task.images, cfg.seed, cfg.limit, cfg.sample],
    }
    name = other.weights.name if other.weights else other.name
    return Cell(
        name=f"{title_of(model)} doctor {name}",
        params=model_params(cfg, model, pixels) | {"conversion": name, "tolerance": float(cfg.task.tolerance)},
        tags=model_tags(cfg, model) | {"fingerprint": fingerprint(identity)},
        description=f"**{title_of(model)}** and its conversion {name}, layer by layer.",
    )
