"""Small nets built like the published ones, and SqueezeNet itself, on real pycaffe, ONNX Runtime and OpenCV."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.prototxt import parse_prototxt, read_prototxt
from clsbench.caffe.sizes import with_input_size
from clsbench.caffe.weights import attach

pytestmark = pytest.mark.pycaffe

Agrees = Callable[..., None]


def layer(type_: str, name: str, bottom: str, top: str, settings: str = "") -> str:
    bottoms = " ".join(f'bottom: "{blob}"' for blob in bottom.split())
    tops = " ".join(f'top: "{blob}"' for blob in top.split())
    return f'layer {{ name: "{name}" type: "{type_}" {bottoms} {tops} {settings} }}\n'


def conv(name: str, bottom: str, outputs: int, kernel: int = 1, more: str = "") -> str:
    settings = f"num_output: {outputs} kernel_size: {kernel} pad: {kernel // 2} bias_term: false {more}"
    return layer("Convolution", name, bottom, name, f"convolution_param {{ {settings} }}")


def norm(blob: str, *, relu: bool = True, top: str = "") -> str:
    """BatchNorm, Scale and ReLU, in place unless ``top`` is given."""
    top = top or blob
    text = layer("BatchNorm", f"{top}_bn", blob, top, "batch_norm_param { use_global_stats: true }")
    text += layer("Scale", f"{top}_scale", top, top, "scale_param { bias_term: true }")
    return text + (layer("ReLU", f"{top}_relu", top, top) if relu else "")


def head(bottom: str) -> str:
    text = layer("Pooling", "pool_ave", bottom, "pool_ave", "pooling_param { pool: AVE global_pooling: true }")
    text += layer("Dropout", "drop", "pool_ave", "pool_ave")
    text += layer("InnerProduct", "classifier", "pool_ave", "classifier", "inner_product_param { num_output: 7 }")
    return text + layer("Softmax", "prob", "classifier", "prob")


def net(batch: int, *layers: str) -> Net:
    inputs = f'name: "net" input: "data" input_dim: {batch} input_dim: 3 input_dim: 23 input_dim: 21\n'
    return parse_prototxt(inputs + "".join(layers), "test")


STEM = conv("conv1", "data", 8, 3, "stride: 2") + norm("conv1")


@pytest.mark.parametrize("batch", [1, 3])
def test_an_inception_block_with_a_pool_of_each_kind(agrees: Agrees, batch: int) -> None:
    agrees(
        net(
            batch,
            layer("Convolution", "c", "data", "c", "convolution_param { num_output: 8 kernel_size: 5 stride: 2 }"),
            layer("ReLU", "c_relu", "c", "c"),
            layer("LRN", "c_norm", "c", "c_norm", "lrn_param { alpha: 0.01 }"),
            conv("b1", "c_norm", 4) + norm("b1"),
            conv("b2_reduce", "c_norm", 4) + norm("b2_reduce"),
            conv("b2", "b2_reduce", 6, 3) + norm("b2"),
            layer("Pooling", "b1_pool", "b1", "b1_pool", "pooling_param { pool: AVE kernel_size: 3 stride: 1 pad: 1 }"),
            layer("Pooling", "pool", "c_norm", "pool", "pooling_param { pool: MAX kernel_size: 3 stride: 1 pad: 1 }"),
            layer("Concat", "out", "b1_pool b2 pool", "out"),
            layer("Pooling", "out_pool", "out", "out_pool", "pooling_param { pool: AVE kernel_size: 3 stride: 2 }"),
            head("out_pool"),
        ),
        0,
        opencv=True,
    )


@pytest.mark.parametrize("batch", [1, 3])
def test_a_squeeze_and_excitation_block(agrees: Agrees, batch: int) -> None:
    pool = layer("Pooling", "gap", "x3", "gap", "pooling_param { pool: AVE global_pooling: true }")
    down = layer("Convolution", "down", "gap", "down", "convolution_param { num_output: 2 kernel_size: 1 }")
    up = layer("Convolution", "up", "down", "up", "convolution_param { num_output: 8 kernel_size: 1 }")
    agrees(
        net(
            batch,
            STEM,
            layer(
                "ConvolutionDepthwise", "dw", "conv1", "dw", "convolution_param { num_output: 8 kernel_size: 3 pad: 1 }"
            ),
            norm("dw"),
            conv("x3", "dw", 8, 3, "group: 2") + norm("x3", relu=False),
            pool + down + layer("ReLU", "down_relu", "down", "down") + up,
            layer("Sigmoid", "gate", "up", "up"),
            layer("Axpy", "sum", "up x3 conv1", "sum") + layer("ReLU", "sum_relu", "sum", "sum"),
            head("sum"),
        ),
        1,
        opencv=True,
    )


@pytest.mark.parametrize("batch", [1, 3])
def test_a_dual_path_block(agrees: Agrees, batch: int) -> None:
    cut = "slice_param { axis: 1 slice_point: 5 }"
    pool = "pooling_param { pool: MAX kernel_size: 3 stride: 2 pad: 1 ceil_mode: false }"
    agrees(
        net(
            batch,
            STEM,
            layer("Pooling", "pool1", "conv1", "pool1", pool),
            norm("pool1", top="match"),
            conv("match_conv", "match", 9) + layer("Slice", "match_cut", "match_conv", "res old", cut),
            norm("pool1", top="n"),
            conv("c1", "n", 6) + norm("c1") + conv("c2", "c1", 6, 3, "group: 3") + norm("c2") + conv("c3", "c2", 7),
            layer("Slice", "cut", "c3", "add new", cut),
            layer("Eltwise", "elewise", "res add", "elewise"),
            layer("Concat", "dense", "old new", "dense"),
            layer("Concat", "both", "elewise dense", "both"),
            norm("both", top="last"),
            head("last"),
        ),
        2,
        opencv=True,
    )


@pytest.mark.parametrize("batch", [1, 3])
def test_a_residual_block_with_pre_activation(agrees: Agrees, batch: int) -> None:
    agrees(
        net(
            batch,
            STEM,
            norm("conv1", top="pre"),
            conv("a", "pre", 6, 3) + norm("a") + conv("b", "a", 8, 3),
            layer("Eltwise", "sum", "conv1 b", "sum", "eltwise_param { operation: SUM coeff: 1 coeff: 0.17 }"),
            norm("sum"),
            head("sum"),
        ),
        3,
        opencv=True,
    )


@pytest.mark.shared
@pytest.mark.parametrize(("size", "batch"), [(227, 1), (224, 3)])
def test_squeezenet_with_its_published_weights(agrees: Agrees, shared: Path, size: int, batch: int) -> None:
    squeezenet = with_input_size(read_prototxt(shared / "squeezenet" / "deploy.prototxt"), size, batch)
    (model,) = (shared / "squeezenet").glob("*.caffemodel")
    agrees(attach(squeezenet, read_caffemodel(model), str(model)), 4, opencv=True)
