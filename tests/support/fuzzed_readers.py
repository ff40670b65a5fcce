"""Every reader of a stranger's file, with sound files that its mutations begin from."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import cv2
import numpy as np
from datums import datum, encoded_datum, float_datum
from mutated import mutated
from safetensors.numpy import save

import clsbench.demo
from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.datum import read_datum
from clsbench.caffe.prototxt import data_layers, read_prototxt
from clsbench.caffe.wire import WireError
from clsbench.caffe.wire_writer import bytes_field, varint
from clsbench.composition.mean_file import read_mean_file
from clsbench.data.class_names import read_class_names, spellings
from clsbench.data.datasets.image_list import ImageList
from clsbench.data.datasets.relabelled import read_subset
from clsbench.data.decode import decode
from clsbench.errors import ClsbenchError
from clsbench.weights.sidecar import Images, Sidecar, read_sidecar
from clsbench.weights.state_dict import read_state_dict

DEMO = Path(clsbench.demo.__path__[0])
_IMAGE = np.random.default_rng(7).integers(0, 256, (9, 11, 3), np.uint8)

_TRAIN_VAL = """name: "small"
layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TRAIN }
  transform_param { mirror: true crop_size: 8 mean_file: "mean.binaryproto" }
  data_param { source: "train_lmdb" batch_size: 4 backend: LMDB } }
layer { name: "data" type: "ImageData" top: "data" top: "label" include { phase: TEST not_stage: "deploy" }
  transform_param { crop_size: 8 mean_value: 104 mean_value: 117 mean_value: 123 scale: 0.017 }
  image_data_param { source: "val.txt" batch_size: 4 new_height: 10 new_width: 10 root_folder: "images/" } }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" param { lr_mult: 1 decay_mult: 1 }
  convolution_param { num_output: 6 kernel_size: 3 stride: 2 pad: 1 group: 3 weight_filler { type: "xavier" } } }
layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "conv" batch_norm_param { eps: 1e-5 } }
layer { name: "scale" type: "Scale" bottom: "conv" top: "conv" scale_param { bias_term: true } }
layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool" pooling_param { pool: AVE global_pooling: true } }
layer { name: "cat" type: "Concat" bottom: "pool" bottom: "pool" top: "cat" concat_param { axis: 1 } }
layer { name: "drop" type: "Dropout" bottom: "cat" top: "cat" dropout_param { dropout_ratio: 0.5 } }
layer { name: "fc" type: "InnerProduct" bottom: "cat" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc" bottom: "label" top: "loss" loss_weight: 0.3 }
layer { name: "top5" type: "Accuracy" bottom: "fc" bottom: "label" top: "top5" accuracy_param { top_k: 5 } }
"""
_V1 = """name: "old" input: "data" input_dim: 1 input_dim: 3 input_dim: 12 input_dim: 12
layers { name: "conv" type: CONVOLUTION bottom: "data" top: "conv" blobs_lr: 1 weight_decay: 0
  convolution_param { num_output: 4 kernel_h: 3 kernel_w: 1 } }
layers { name: "norm" type: LRN bottom: "conv" top: "norm" lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 } }
layers { name: "sum" type: ELTWISE bottom: "norm" bottom: "conv" top: "sum" eltwise_param { operation: SUM coeff: 1 } }
layers { name: "prob" type: SOFTMAX bottom: "sum" top: "prob" }
"""


@dataclass(frozen=True)
class Reader:
    """``read`` takes a path and raises nothing but ``refusals``; its name is ``file``, others lie ``beside`` it."""

    read: Callable[[Path], object]
    seeds: Sequence[bytes]
    is_text: bool = False
    refusals: tuple[type[Exception], ...] = (ClsbenchError,)
    file: str = "file"
    beside: dict[str, bytes] = field(default_factory=dict)

    def attacked(self, folder: Path, chance: Random) -> bytes | None:
        """One case: the file's bytes where something else than a refusal came of them."""
        path = folder / self.file
        if not folder.exists():
            folder.mkdir()
            for name, content in self.beside.items():
                (folder / name).write_bytes(content)
        content = mutated(chance.choice(self.seeds), chance, is_text=self.is_text)
        path.write_bytes(content)
        try:
            self.read(path)
        except self.refusals:
            pass
        except Exception:  # noqa: BLE001 - what is looked for
            return content
        return None


def _read_net(path: Path) -> None:
    data_layers(path)
    read_prototxt(path, (1, 3, 8, 8))


def _read_safetensors(path: Path) -> None:
    if path.read_bytes()[8:9] == b"{":  # or it is read by torch, whose tests have a process of their own
        read_state_dict(path)


def _read_list(path: Path) -> None:
    ImageList(str(path.parent), str(path), None, "count", None, 0)(None, None)


def _caffemodel() -> bytes:
    """A layer in today's format and one in V1's, a blob with a shape and one with four numbers (caffe.proto)."""
    numbers = bytes_field(5, np.arange(6, dtype="<f4").tobytes())
    blob = bytes_field(7, bytes_field(1, varint(2) + varint(3))) + numbers
    legacy = b"".join(varint(number << 3) + varint(side) for number, side in ((1, 1), (2, 1), (3, 2), (4, 3))) + numbers
    layer = bytes_field(1, b"conv") + bytes_field(2, b"Convolution") + bytes_field(7, blob)
    return (
        bytes_field(1, b"net")
        + bytes_field(100, layer)
        + bytes_field(2, bytes_field(4, b"fc") + bytes_field(6, legacy))
    )


def _mean() -> bytes:
    sides = b"".join(varint(number << 3) + varint(side) for number, side in ((1, 1), (2, 3), (3, 2), (4, 2)))
    return sides + bytes_field(5, np.arange(12, dtype="<f4").tobytes())


def _npy() -> bytes:
    file = BytesIO()
    np.save(file, np.arange(12, dtype=np.float32).reshape(3, 2, 2))
    return file.getvalue()


def _sidecar() -> bytes:
    images = Images([104.0, 117.0, 123.0], [1.0, 1.0, 1.0], "bgr", "ilsvrc2012")
    sha = sha256(b"weights").hexdigest()
    said = ("net", "timm net", "timm/net", None, "0", sha, "MIT", "same", "said so", "2026-01-01", "0.1.0")
    return json.dumps(
        asdict(Sidecar(*said, images=images, network_settings={"pool": {"pool": "MAX"}})), indent=2
    ).encode()


def _encoded(suffix: str) -> bytes:
    made, data = cv2.imencode(suffix, _IMAGE)
    assert made
    return data.tobytes()


_TENSORS = save({"a.weight": np.zeros((2, 3), np.float32), "a.bias": np.zeros(2, np.float16)})
_DATUMS = (datum(_IMAGE, 3), encoded_datum(_IMAGE, 3), float_datum(_IMAGE.astype(np.float32), 3))
_CLASSES = b"n01440764 tench, Tinca tinca\nn01443537 goldfish\nn01484850 great white shark, white shark\n"

# All but ONNX files, which take a process each.
READERS = {
    "prototxt": Reader(
        _read_net, [(DEMO / "digits.prototxt").read_bytes(), _TRAIN_VAL.encode(), _V1.encode()], is_text=True
    ),
    "caffemodel": Reader(read_caffemodel, [_caffemodel()]),
    "mean file": Reader(read_mean_file, [_mean()], file="mean.binaryproto"),
    "mean array": Reader(read_mean_file, [_npy()], file="mean.npy"),
    "datum": Reader(lambda path: read_datum(path.read_bytes()), _DATUMS, refusals=(WireError,)),
    "sidecar": Reader(
        lambda path: read_sidecar(path.with_name("net.caffemodel")),
        [_sidecar()],
        is_text=True,
        file="net.caffemodel.json",
        beside={"net.caffemodel": b"weights"},
    ),
    "safetensors": Reader(_read_safetensors, [_TENSORS]),
    "image": Reader(lambda path: decode(path.read_bytes()), [_encoded(".jpg"), _encoded(".png"), _encoded(".bmp")]),
    "list": Reader(_read_list, [b"a.jpg 3\nfolder/b c.png 0\n"], is_text=True),
    "subset": Reader(lambda path: read_subset(str(path), {"n01440764": 0}), [b"n01440764\n17\n 4\n"], is_text=True),
    "class names": Reader(lambda path: spellings(read_class_names(str(path))), [_CLASSES], is_text=True),
}
