"""A small net around every layer type that can be exported: any batch of (4, 6, 5) images in, one row of scores out."""

from dataclasses import dataclass
from pathlib import Path

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.random_weights import with_random_weights
from clsbench.caffe.shapes import infer_shapes
from clsbench.onnx_export import export_onnx

INPUT_SHAPE = (4, 6, 5)


@dataclass(frozen=True)
class LayerNet:
    """A net's ONNX file, as engines open it."""

    path: Path
    classes: int
    input_shape: tuple[int, int, int] = INPUT_SHAPE
    output: str = "scores"

    def onnx(self) -> Path:
        return self.path

    def prototxt(self) -> Path:
        raise NotImplementedError

    def caffemodel(self) -> Path:
        raise NotImplementedError


def exported_to(name: str, folder: Path) -> LayerNet:
    """The net called ``name``, with random weights."""
    net = Net("net", {"data": (1, *INPUT_SHAPE)}, (*_NETS[name], _layer("Flatten", "y", "scores")))
    export_onnx(with_random_weights(net, 0), folder / "net.onnx")
    *_, classes = infer_shapes(net)[-1].tops[0]
    return LayerNet(folder / "net.onnx", classes)


def layer_types(name: str) -> set[str]:
    """The types of the layers in the net called ``name``."""
    return {layer.type for layer in _NETS[name]} | {"Flatten"}


def _layer(kind: str, bottoms: str, tops: str = "y", **params: Value) -> Layer:
    named = tops.split()
    return Layer("_".join([kind, *named]), kind, tuple(bottoms.split()), tuple(named), params)


_POOL = _layer("Pooling", "data", "pool", pool="AVE", global_pooling=True)
_ROW = _layer("Reshape", "pool", "row", shape=(0, -1))
_ABOVE_ZERO = _layer("AbsVal", "data", "above")
_OTHER = _layer("Power", "data", "other", scale=-0.5, shift=0.25)

_NETS: dict[str, tuple[Layer, ...]] = {
    "AbsVal": (_layer("AbsVal", "data"),),
    "ArgMax": (_layer("ArgMax", "data", top_k=3, out_max_val=True),),
    "ArgMax of channels": (_layer("Threshold", "data", "ties"), _layer("ArgMax", "ties", axis=1, top_k=2)),
    "Axpy": (_POOL, _OTHER, _layer("Axpy", "pool data other")),
    "BN": (_layer("BN", "data"),),
    "BNLL": (_layer("BNLL", "data"),),
    "BatchNorm": (_layer("BatchNorm", "data", "n"), _layer("Scale", "n", bias_term=True)),
    "Bias": (_layer("Bias", "data"),),
    "CReLU": (_layer("CReLU", "data", negative_slope=0.1),),
    "Clip": (_layer("Clip", "data", min=-0.5, max=0.75),),
    "Concat": (_OTHER, _layer("Concat", "data other", axis=2)),
    "Convolution": (_layer("Convolution", "data", num_output=6, kernel_size=(3,), pad=(1,), stride=(2,), group=2),),
    "Convolution, dilated": (
        _layer("Convolution", "data", num_output=3, kernel_h=3, kernel_w=1, dilation=(2,), bias_term=False),
    ),
    # What the new engine of OpenCV 5.0.0 computes wrongly.
    "Convolution, 1x1 padded": (_layer("Convolution", "data", num_output=3, kernel_size=(1,), pad=(1,)),),
    "Convolution, padded on one side": (
        _layer("Convolution", "data", num_output=3, kernel_size=(3,), stride=(2,), pad_r=1, pad_b=2),
    ),
    "ConvolutionDepthwise": (_layer("ConvolutionDepthwise", "data", num_output=4, kernel_size=(3,)),),
    "Crop": (
        _layer("Pooling", "data", "small", pool="MAX", kernel_size=3, stride=1),
        _layer("Crop", "data small", axis=2, offset=(1, 2)),
    ),
    "Deconvolution": (_layer("Deconvolution", "data", num_output=2, kernel_size=(4,), stride=(2,), pad=(1,), group=2),),
    "Dropout": (_layer("Dropout", "data"),),
    "ELU": (_layer("ELU", "data", alpha=0.5),),
    "Eltwise sum": (_OTHER, _layer("Eltwise", "data other data", coeff=(1.0, -0.5, 2.0))),
    "Eltwise product": (_OTHER, _layer("Eltwise", "data other", operation="PROD")),
    "Eltwise maximum": (_OTHER, _layer("Eltwise", "data other", operation="MAX")),
    "Exp": (_layer("Exp", "data", base=2.0, scale=0.5, shift=1.0),),
    "HardSigmoid": (_layer("HardSigmoid", "data"),),
    "HardSwish": (_layer("HardSwish", "data"),),
    "InnerProduct": (_layer("InnerProduct", "data", num_output=7),),
    "InnerProduct, transposed": (_POOL, _layer("InnerProduct", "pool", num_output=7, transpose=True)),
    "InnerProduct of rows": (_layer("InnerProduct", "data", num_output=7, axis=2, bias_term=False),),
    "Interp": (_layer("Interp", "data", height=9, width=8),),
    "Interp, cut and shrunk": (_layer("Interp", "data", shrink_factor=2, pad_beg=-1, pad_end=-1),),
    "LRN": (_layer("LRN", "data", local_size=3, alpha=0.5),),
    "LRN within channels": (_layer("LRN", "data", local_size=3, alpha=0.5, norm_region="WITHIN_CHANNEL"),),
    "Log": (_ABOVE_ZERO, _layer("Log", "above", base=10.0, scale=0.5, shift=1.0)),
    "MVN": (_layer("MVN", "data"),),
    "MVN across channels": (_layer("MVN", "data", across_channels=True, normalize_variance=False),),
    "Mish": (_layer("Mish", "data"),),
    "Normalize": (_layer("Normalize", "data"),),
    "Normalize, each pixel": (_layer("Normalize", "data", across_spatial=False, channel_shared=False),),
    "PReLU": (_layer("PReLU", "data"),),
    "PReLU of a row": (_POOL, _ROW, _layer("PReLU", "row", channel_shared=True)),
    "Pad": (_layer("Pad", "data", paddings=(0, 0, 1, 0, 2, 3, 0, 1), constant_values=0.5),),
    "Parameter": (_layer("Parameter", "", "own", shape=(4,)), _layer("Bias", "data own")),
    "Permute": (_layer("Permute", "data", order=(0, 2, 3, 1)),),
    "Pooling MAX": (_layer("Pooling", "data", pool="MAX", kernel_size=3, stride=2, pad=1),),
    "Pooling MAX, global": (_layer("Pooling", "data", pool="MAX", global_pooling=True),),
    "Pooling AVE": (_layer("Pooling", "data", pool="AVE", kernel_size=3, stride=1, pad=1),),
    "Pooling AVE, clipped": (_layer("Pooling", "data", pool="AVE", kernel_size=3, stride=2),),
    "Pooling AVE, global": (_layer("Pooling", "data", pool="AVE", global_pooling=True),),
    "Pooling AVE_EXC_PAD": (_layer("Pooling", "data", pool="AVE_EXC_PAD", kernel_size=3, stride=2, pad_r=1, pad_b=1),),
    "Pooling STOCHASTIC": (_layer("ReLU", "data", "r"), _layer("Pooling", "r", pool="STOCHASTIC", kernel_size=2)),
    "Power": (_ABOVE_ZERO, _layer("Power", "above", power=1.5, scale=2.0, shift=0.5)),
    "Power, constant": (_layer("Power", "data", power=0.0),),
    "ReLU": (_layer("ReLU", "data"),),
    "ReLU6": (_layer("Power", "data", "wide", scale=5.0), _layer("ReLU6", "wide")),
    "ReLU with a slope": (_layer("ReLU", "data", negative_slope=0.1),),
    "Reduction SUM": (_layer("Reduction", "data", axis=2, coeff=0.5),),
    "Reduction ASUM": (_layer("Reduction", "data", axis=2, operation="ASUM"),),
    "Reduction SUMSQ": (_layer("Reduction", "data", axis=2, operation="SUMSQ"),),
    "Reduction MEAN": (_layer("Reduction", "data", axis=2, operation="MEAN"),),
    "Reshape": (_layer("Reshape", "data", shape=(0, 3, 4, -1)),),
    "Reshape, channels as pixels": (_layer("Reshape", "data", pixelshuffler=2),),
    "SPP": (_layer("SPP", "data", pyramid_height=2, pool="AVE"),),
    "Scale of a row": (_POOL, _ROW, _layer("Scale", "row", bias_term=True)),
    "Scale by a gate": (_POOL, _ROW, _layer("Sigmoid", "row", "gate"), _layer("Scale", "data gate", axis=0)),
    "ShuffleChannel": (_layer("ShuffleChannel", "data", group=2),),
    "Sigmoid": (_layer("Sigmoid", "data"),),
    "Silence": (_OTHER, _layer("Silence", "other", ""), _layer("ReLU", "data")),
    "Slice": (_layer("Slice", "data", "a b c", slice_point=(1, 3)), _layer("Concat", "c a b")),
    "Softmax": (_layer("Softmax", "data"),),
    "Split": (_layer("Split", "data", "a b"), _layer("Concat", "a b")),
    "Swish": (_layer("Swish", "data", beta=1.5),),
    "TanH": (_layer("TanH", "data"),),
    "Threshold": (_layer("Threshold", "data", threshold=0.25),),
    "Tile": (_layer("Tile", "data", axis=2, tiles=3),),
    "Upsample": (_layer("Upsample", "data", scale=2),),
}
NAMES = tuple(_NETS)
