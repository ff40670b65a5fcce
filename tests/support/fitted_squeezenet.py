"""A SqueezeNet that knows the made photographs: seeded filters, and a last layer fitted to what they see.

It errs as the real one does: four photographs of ten are taken for another class, and of these two have their own class
in second place. Which ones is written down in the weights, so scores are seldom so close that an engine may turn them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import literal_protocol
import numpy as np
import onnxruntime
from made_photographs import CLASSES, read
from numpy.typing import NDArray
from squeezenet_errors import BASE, CROP, MEAN
from squeezenet_text import deploy_text

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.caffemodel import write_caffemodel
from clsbench.caffe.net import Layer, Net
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.shapes import infer_shapes
from clsbench.onnx_export import export_onnx

_CONTRAST = 60.0  # of an image less its mean: what conv1 gets is of the order of 1
_BIAS = 0.3  # an image on another scale is lost in the biases
_RIDGE = 100.0
_SURE = 30.0  # what a logit of a class that is seen is above the others, less what the ridge takes of it
_POSITIVE = 60.0  # above what the ReLU behind the last layer cuts off
_BORDER = (13 / 15) ** 2  # of the places that the last pool averages, those inside the border that conv_final pads
_WRONG, _SECOND = (1, 3, 6, 8), (3, 8)  # of ten photographs
_OTHER = len(CLASSES) // 2  # so many photographs on is the one whose class is the wrong answer


def write_squeezenet(folder: Path, photographs: Sequence[Path]) -> None:
    """``deploy.prototxt`` and ``squeezenet_v1.0.caffemodel`` in ``folder``."""
    folder.mkdir()
    (folder / "deploy.prototxt").write_text(deploy_text())
    net = read_prototxt(folder / "deploy.prototxt")
    chance = np.random.default_rng(11)
    shapes = infer_shapes(net)
    seeded = [_seeded(layer, at.bottoms, chance) for layer, at in zip(net.layers, shapes, strict=True)]
    last = next(place for place, layer in enumerate(seeded) if layer.name == "conv_final")
    seen = _seen(replace(net, layers=tuple(seeded[:last])), photographs, folder / "seen.onnx")
    seeded[last] = replace(seeded[last], blobs=_fitted(seen))
    write_caffemodel(replace(net, layers=tuple(seeded)), folder / "squeezenet_v1.0.caffemodel")


def _seeded(layer: Layer, bottoms: Sequence[tuple[int, ...]], chance: np.random.Generator) -> Layer:
    """As He et al. draw weights for ReLUs."""
    scale = _CONTRAST if layer.name == "conv1" else 1.0
    shapes = blob_shapes(layer, bottoms)
    spreads = [float(np.sqrt(2 / np.prod(each[1:]))) / scale if len(each) == 4 else _BIAS for each in shapes]
    drawn = (chance.normal(0, spread, shape) for spread, shape in zip(spreads, shapes, strict=True))
    return replace(layer, blobs=tuple(blob.astype(np.float32) for blob in drawn))


def _seen(body: Net, photographs: Sequence[Path], path: Path) -> NDArray[np.float64]:
    """Averages over the place, (view, channel): of the views that ``_known`` says."""
    pool = Layer("seen", "Pooling", body.layers[-1].tops, ("seen",), {"pool": "AVE", "global_pooling": True})
    export_onnx(replace(body, layers=(*body.layers, pool)), path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # other tests run beside
    session = onnxruntime.InferenceSession(path, options)
    path.unlink()
    rows = [session.run(None, {"data": view})[0].reshape(-1) for view in _known(photographs)]
    return np.asarray(rows, np.float64)


def _known(photographs: Sequence[Path]) -> Iterator[NDArray[np.float32]]:
    """The centre of every photograph, of each squashed, of every second with red and blue exchanged; and of every fifth
    less a mean in the wrong order, which is to be taken for another class.
    """
    images = [read(each) for each in photographs]
    views = [_view(image) for image in images]
    yield from views
    yield from (_view(np.asarray(cv2.resize(image, (BASE, BASE)), np.uint8)) for image in images)
    yield from (np.ascontiguousarray(view[:, ::-1]) for view in views[::2])
    turned = np.subtract(MEAN, MEAN[::-1]).astype(np.float32)[:, None, None]
    yield from (view + turned for view in views[::5])


def _view(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    prepared = literal_protocol.prepared(image, BASE, MEAN, [1.0, 1.0, 1.0])
    return literal_protocol.network_input(literal_protocol.single(prepared, CROP))


def _fitted(seen: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and biases of the last layer: ridge regression from what is seen to what is wanted."""
    middle, spread = seen.mean(0), np.maximum(seen.std(0), 0.01)  # some channels are never awake
    inputs = np.c_[(seen - middle) / spread, np.ones(len(seen))]
    single = _wanted()
    another = np.roll(single, _OTHER, axis=0)
    wanted = np.concatenate([single, single, single[::2], another[::5]])
    both = np.linalg.solve(inputs.T @ inputs + _RIDGE * np.eye(inputs.shape[1]), inputs.T @ wanted)
    weights = _SURE * both[:-1] / spread[:, None]
    biases = _SURE * both[-1] - middle @ weights + _POSITIVE
    return (weights.T / _BORDER).astype(np.float32)[:, :, None, None], biases.astype(np.float32)


def _wanted() -> NDArray[np.float64]:
    """A row a photograph, with 1 at the class that it is to be taken for."""
    wanted = np.zeros((len(CLASSES), 1000))
    for number, own in enumerate(CLASSES):
        is_wrong = number % 10 in _WRONG
        wanted[number, CLASSES[(number + _OTHER) % len(CLASSES)] if is_wrong else own] = 1
        if number % 10 in _SECOND:
            wanted[number, own] = 0.6
    return wanted
