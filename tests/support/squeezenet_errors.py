"""The errors of SqueezeNet on its photographs: measured with real pycaffe, or of stand-ins by the literal protocol."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import literal_protocol
import numpy as np
from literal_protocol import Image

MEAN = [104.0, 117.0, 123.0]  # BGR
BASE, CROP = 256, 227
TWELVE_CROPS_OF = 100  # the first photographs of the list


@dataclass(frozen=True)
class Errors:
    """In percent."""

    top1: float
    top5: float


# The published script's steps on the 300 shared photographs, and with twelve crops on the first 100.
MEASURED = {"single": Errors(40.333, 17.0), "multi12": Errors(30.0, 9.0)}
_VIEWS: dict[str, Callable[[Image], list[Image]]] = {
    "single": lambda image: literal_protocol.single(image, CROP),
    "multi12": lambda image: literal_protocol.multi12(image, BASE, CROP),
}


def computed(shared: Path, crop: str, exported: Path) -> Errors:
    """The errors by the published steps, one photograph after another, on ONNX Runtime; ``exported`` is written."""
    import onnxruntime  # not in the test processes of other engines

    from clsbench.caffe.caffemodel import read_caffemodel
    from clsbench.caffe.prototxt import read_prototxt
    from clsbench.caffe.weights import attach
    from clsbench.onnx_export import export_onnx

    files = shared / "squeezenet" / "deploy.prototxt", shared / "squeezenet" / "squeezenet_v1.0.caffemodel"
    export_onnx(attach(read_prototxt(files[0]), read_caffemodel(files[1]), "SqueezeNet"), exported)
    session = onnxruntime.InferenceSession(exported)
    listed = (shared / "imagenet_sample" / "val_ilsvrc2012_order.txt").read_text().splitlines()
    lines = [line.rsplit(" ", 1) for line in listed[: TWELVE_CROPS_OF if crop == "multi12" else None]]
    ranks = [
        _rank(session, _VIEWS[crop](_prepared(shared / "imagenet_sample" / "images" / name)), int(label))
        for name, label in lines
    ]
    return Errors(*(100 * float(np.mean([rank >= k for rank in ranks])) for k in (1, 5)))


def _prepared(path: Path) -> Image:
    image = cv2.imread(str(path))
    assert image is not None, path
    return literal_protocol.prepared(image.astype(np.uint8), BASE, MEAN, [1.0, 1.0, 1.0])


def _rank(session: Any, views: Sequence[Image], label: int) -> int:
    """How many classes have a larger sum of probabilities than the right one."""
    (scores,) = session.run(None, {"data": literal_protocol.network_input(list(views))})
    summed = scores.sum(0)
    return int((summed > summed[label]).sum())
