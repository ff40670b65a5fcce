"""The settings of each layer type, with Caffe's defaults.

This is our own list of the messages and defaults that BVLC Caffe 1.0 documents in caffe.proto, plus the fields and
layer types of the dialects in use:

- ``ceil_mode`` (pynetbuilder's and soeaver's forks), ``round_mode`` (BVLC master), Axpy (SENet), Permute and Normalize
  (SSD), ConvolutionDepthwise / DepthwiseConvolution, Swish and Clip (BVLC master), ShuffleChannel (camel007's and
  farmingyard's ShuffleNet), BN (SegNet's and yjxiong's forks), Interp (DeepLab), CReLU and ReLU6 (separate files);
- Synopsys Caffe: ``pad_l`` and the like, ``AVE_EXC_PAD``, ``pixelshuffler``, ``add_eps_before_sqrt``, Pad, HardSigmoid,
  HardSwish, Mish;
- NVCaffe: ``scale_bias``; what NVCaffe and Intel Caffe set only for speed or training is ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from clsbench.caffe.net import Value


class Kind(Enum):
    """How a field is written in a prototxt."""

    INT = "a whole number"
    FLOAT = "a number"
    BOOL = "true or false"
    ENUM = "a name"
    STRING = "a string"
    SHAPE = "a block of dim"
    IGNORED = "anything: it does not matter at inference"


@dataclass(frozen=True)
class Field:
    """One field of a layer's own message; ``default`` is Caffe's."""

    kind: Kind
    default: Value | None = None
    repeated: bool = False
    names: tuple[str, ...] = ()
    first_number: int = 0  # of the enum's first name


@dataclass(frozen=True)
class LayerType:
    """One layer type: the name of its message in the prototxt (None if it has none) and that message's fields."""

    message: str | None
    fields: Mapping[str, Field]


def _int(default: int | None = None) -> Field:
    return Field(Kind.INT, default)


def _ints() -> Field:
    return Field(Kind.INT, (), repeated=True)


def _float(default: float) -> Field:
    return Field(Kind.FLOAT, default)


def _bool(default: bool | None) -> Field:
    return Field(Kind.BOOL, default)


def _enum(*names: str) -> Field:
    """An enum whose default is its first name; the names are in the order of their numbers."""
    return Field(Kind.ENUM, names[0], names=names)


_IGNORED = Field(Kind.IGNORED)
_AXIS_1 = _int(1)

# Synopsys Caffe: left, right, top and bottom, each separately
_PAD_AT_EACH_SIDE = dict.fromkeys(("pad_l", "pad_r", "pad_t", "pad_b"), _int(0))
_CONVOLUTION = {
    "num_output": _int(),
    "bias_term": _bool(True),
    "pad": _ints(),
    "kernel_size": _ints(),
    "stride": _ints(),
    "dilation": _ints(),
    "pad_h": _int(0),
    "pad_w": _int(0),
    **_PAD_AT_EACH_SIDE,
    "kernel_h": _int(),
    "kernel_w": _int(),
    "stride_h": _int(),
    "stride_w": _int(),
    "group": _int(1),
    "axis": _AXIS_1,
    "force_nd_im2col": _IGNORED,
    "weight_filler": _IGNORED,
    "bias_filler": _IGNORED,
    "engine": _IGNORED,
    # NVCaffe: which cuDNN algorithms to use
    "conv_algos_override": _IGNORED,
    "cudnn_convolution_algo_seeker": _IGNORED,
    "cudnn_math_override": _IGNORED,
}
_POOLING = {
    "pool": _enum("MAX", "AVE", "STOCHASTIC", "AVE_EXC_PAD", "AVE_TF"),
    "pad": _int(0),
    "pad_h": _int(0),
    "pad_w": _int(0),
    **_PAD_AT_EACH_SIDE,
    "kernel_size": _int(),
    "kernel_h": _int(),
    "kernel_w": _int(),
    "stride": _int(1),
    "stride_h": _int(),
    "stride_w": _int(),
    "global_pooling": _bool(False),
    "ceil_mode": _bool(None),
    "round_mode": _enum("CEIL", "FLOOR"),
    "engine": _IGNORED,
}
_INNER_PRODUCT = {
    "num_output": _int(),
    "bias_term": _bool(True),
    "axis": _AXIS_1,
    "transpose": _bool(False),
    "weight_filler": _IGNORED,
    "bias_filler": _IGNORED,
}
_BATCH_NORM = {
    "use_global_stats": _bool(True),  # Caffe: true in phase TEST
    "moving_average_fraction": _IGNORED,
    "eps": _float(1e-5),
    "scale_bias": _bool(False),  # NVCaffe: two additional blobs, a factor and a shift per channel
    "add_eps_before_sqrt": _bool(True),  # Synopsys Caffe
    # cuDNN, NVCaffe and Synopsys Caffe write these; they do not change the TEST result
    "engine": _IGNORED,
    "scale_filler": _IGNORED,
    "bias_filler": _IGNORED,
    "update_global_stats": _IGNORED,
    "icnet": _IGNORED,
}
_SCALE = {
    "axis": _AXIS_1,
    "num_axes": _int(1),
    "bias_term": _bool(False),
    "filler": _IGNORED,
    "bias_filler": _IGNORED,
}
_LRN = {
    "local_size": _int(5),
    "alpha": _float(1.0),
    "beta": _float(0.75),
    "norm_region": _enum("ACROSS_CHANNELS", "WITHIN_CHANNEL"),
    "k": _float(1.0),
    "engine": _IGNORED,
}
_RESHAPE = {"shape": Field(Kind.SHAPE, ()), "axis": _int(0), "num_axes": _int(-1), "pixelshuffler": _int(1)}
_ELTWISE = {
    "operation": Field(Kind.ENUM, "SUM", names=("PROD", "SUM", "MAX")),
    "coeff": Field(Kind.FLOAT, (), repeated=True),
    "stable_prod_grad": _IGNORED,
}
_ARGMAX = {"out_max_val": _bool(False), "top_k": _int(1), "axis": _int()}
_MVN = {
    "normalize_variance": _bool(True),
    "across_channels": _bool(False),
    "eps": _float(1e-9),
}
_BN = {
    "bn_mode": _enum("LEARN", "INFERENCE"),  # only in SegNet's dialect
    "eps": _float(1e-5),
    **dict.fromkeys(("scale_filler", "shift_filler", "slope_filler", "bias_filler"), _IGNORED),
    **dict.fromkeys(("momentum", "frozen", "engine", "icnet", "bn_momentum", "moving_average"), _IGNORED),
}
_NORMALIZE = {
    "across_spatial": _bool(True),
    "channel_shared": _bool(True),
    "eps": _float(1e-10),
    "add_eps_before_sqrt": _bool(True),
    "scale_filler": _IGNORED,
}
_INTERP = {
    "height": _int(0),
    "width": _int(0),
    "zoom_factor": _int(1),
    "shrink_factor": _int(1),
    "pad_beg": _int(0),
    "pad_end": _int(0),
}
_EXP_OR_LOG = {"base": _float(-1.0), "scale": _float(1.0), "shift": _float(0.0)}
_REDUCTION_OPERATION = Field(Kind.ENUM, "SUM", names=("SUM", "ASUM", "SUMSQ", "MEAN"), first_number=1)
_REDUCTION = {"operation": _REDUCTION_OPERATION, "axis": _int(0), "coeff": _float(1.0)}
_ENGINE_ONLY = {"engine": _IGNORED}
_SPP_POOL = _enum("MAX", "AVE", "STOCHASTIC")

LAYER_TYPES: Mapping[str, LayerType] = {
    "AbsVal": LayerType(None, {}),
    "ArgMax": LayerType("argmax_param", _ARGMAX),
    "Axpy": LayerType(None, {}),
    "BN": LayerType("bn_param", _BN),
    "BNLL": LayerType(None, {}),
    "BatchNorm": LayerType("batch_norm_param", _BATCH_NORM),
    "Bias": LayerType("bias_param", {"axis": _AXIS_1, "num_axes": _int(1), "filler": _IGNORED}),
    "CReLU": LayerType("crelu_param", {"concat_axis": _AXIS_1, "negative_slope": _float(0.0)}),
    "Clip": LayerType("clip_param", {"min": Field(Kind.FLOAT), "max": Field(Kind.FLOAT)}),
    "Concat": LayerType("concat_param", {"axis": _AXIS_1, "concat_dim": _int(1)}),
    "Convolution": LayerType("convolution_param", _CONVOLUTION),
    "ConvolutionDepthwise": LayerType("convolution_param", _CONVOLUTION),
    "Crop": LayerType("crop_param", {"axis": _int(2), "offset": _ints()}),
    "Deconvolution": LayerType("convolution_param", _CONVOLUTION),
    "DepthwiseConvolution": LayerType("convolution_param", _CONVOLUTION),
    "Dropout": LayerType("dropout_param", {"dropout_ratio": _IGNORED, "scale_train": _IGNORED}),
    "ELU": LayerType("elu_param", {"alpha": _float(1.0)}),
    "Eltwise": LayerType("eltwise_param", _ELTWISE),
    "Exp": LayerType("exp_param", _EXP_OR_LOG),
    "Flatten": LayerType("flatten_param", {"axis": _AXIS_1, "end_axis": _int(-1)}),
    "HardSigmoid": LayerType("hard_sigmoid_param", {"alpha": _float(0.2), "beta": _float(0.5)}),
    "HardSwish": LayerType(None, {}),
    "InnerProduct": LayerType("inner_product_param", _INNER_PRODUCT),
    "Interp": LayerType("interp_param", _INTERP),
    "LRN": LayerType("lrn_param", _LRN),
    "Log": LayerType("log_param", _EXP_OR_LOG),
    "MVN": LayerType("mvn_param", _MVN),
    "Mish": LayerType(None, {}),
    "Normalize": LayerType("norm_param", _NORMALIZE),
    "PReLU": LayerType("prelu_param", {"channel_shared": _bool(False), "filler": _IGNORED}),
    "Pad": LayerType("pad_param", {"paddings": _ints(), "constant_values": _float(0.0)}),
    "Parameter": LayerType("parameter_param", {"shape": Field(Kind.SHAPE, ())}),
    "Permute": LayerType("permute_param", {"order": _ints()}),
    "Pooling": LayerType("pooling_param", _POOLING),
    "Power": LayerType("power_param", {"power": _float(1.0), "scale": _float(1.0), "shift": _float(0.0)}),
    "ReLU": LayerType("relu_param", {"negative_slope": _float(0.0), **_ENGINE_ONLY}),
    "ReLU6": LayerType("relu_param", {"negative_slope": _float(0.0), **_ENGINE_ONLY}),
    "Reduction": LayerType("reduction_param", _REDUCTION),
    "Reshape": LayerType("reshape_param", _RESHAPE),
    "SPP": LayerType("spp_param", {"pyramid_height": _int(), "pool": _SPP_POOL, **_ENGINE_ONLY}),
    "Scale": LayerType("scale_param", _SCALE),
    "ShuffleChannel": LayerType("shuffle_channel_param", {"group": _int(1)}),
    "Sigmoid": LayerType("sigmoid_param", _ENGINE_ONLY),
    "Silence": LayerType(None, {}),
    "Slice": LayerType("slice_param", {"axis": _AXIS_1, "slice_point": _ints(), "slice_dim": _int(1)}),
    "Softmax": LayerType("softmax_param", {"axis": _AXIS_1, **_ENGINE_ONLY}),
    "Split": LayerType(None, {}),
    "Swish": LayerType("swish_param", {"beta": _float(1.0)}),
    "TanH": LayerType("tanh_param", _ENGINE_ONLY),
    "Threshold": LayerType("threshold_param", {"threshold": _float(0.0)}),
    "Tile": LayerType("tile_param", {"axis": _AXIS_1, "tiles": _int()}),
    "Upsample": LayerType("upsample_param", {"scale": _int()}),
}
