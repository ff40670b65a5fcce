"""Which function exports which layer type.

BatchNorm, BN and the depthwise convolutions are missing: lowering turns each of them into a Scale or a Convolution.
"""

from collections.abc import Mapping

from clsbench.onnx_export.layers.abs_val import abs_val
from clsbench.onnx_export.layers.arg_max import arg_max
from clsbench.onnx_export.layers.axpy import axpy
from clsbench.onnx_export.layers.bias import bias
from clsbench.onnx_export.layers.bnll import bnll
from clsbench.onnx_export.layers.c_relu import c_relu
from clsbench.onnx_export.layers.clip import clip, relu6
from clsbench.onnx_export.layers.concat import concat
from clsbench.onnx_export.layers.convolution import convolution
from clsbench.onnx_export.layers.crop import crop
from clsbench.onnx_export.layers.deconvolution import deconvolution
from clsbench.onnx_export.layers.dropout import dropout
from clsbench.onnx_export.layers.eltwise import eltwise
from clsbench.onnx_export.layers.elu import elu
from clsbench.onnx_export.layers.exp import exp
from clsbench.onnx_export.layers.flatten import flatten
from clsbench.onnx_export.layers.hard_sigmoid import hard_sigmoid, hard_swish
from clsbench.onnx_export.layers.inner_product import inner_product
from clsbench.onnx_export.layers.interp import interp, upsample
from clsbench.onnx_export.layers.log import log
from clsbench.onnx_export.layers.lrn import lrn
from clsbench.onnx_export.layers.mish import mish
from clsbench.onnx_export.layers.mvn import mvn
from clsbench.onnx_export.layers.normalize import normalize
from clsbench.onnx_export.layers.p_relu import p_relu
from clsbench.onnx_export.layers.pad import pad
from clsbench.onnx_export.layers.parameter import parameter
from clsbench.onnx_export.layers.permute import permute
from clsbench.onnx_export.layers.pooling import pooling
from clsbench.onnx_export.layers.power import power
from clsbench.onnx_export.layers.reduction import reduction
from clsbench.onnx_export.layers.relu import relu
from clsbench.onnx_export.layers.reshape import reshape
from clsbench.onnx_export.layers.scale import scale
from clsbench.onnx_export.layers.shuffle_channel import shuffle_channel
from clsbench.onnx_export.layers.sigmoid import sigmoid
from clsbench.onnx_export.layers.silence import silence
from clsbench.onnx_export.layers.slice import slice_blob
from clsbench.onnx_export.layers.softmax import softmax
from clsbench.onnx_export.layers.split import split
from clsbench.onnx_export.layers.spp import spp
from clsbench.onnx_export.layers.swish import swish
from clsbench.onnx_export.layers.tan_h import tan_h
from clsbench.onnx_export.layers.threshold import threshold
from clsbench.onnx_export.layers.tile import tile
from clsbench.onnx_export.site import LayerExport

EXPORTS: Mapping[str, LayerExport] = {
    "AbsVal": abs_val,
    "ArgMax": arg_max,
    "Axpy": axpy,
    "BNLL": bnll,
    "Bias": bias,
    "CReLU": c_relu,
    "Clip": clip,
    "Concat": concat,
    "Convolution": convolution,
    "Crop": crop,
    "Deconvolution": deconvolution,
    "Dropout": dropout,
    "ELU": elu,
    "Eltwise": eltwise,
    "Exp": exp,
    "Flatten": flatten,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": hard_swish,
    "InnerProduct": inner_product,
    "Interp": interp,
    "LRN": lrn,
    "Log": log,
    "MVN": mvn,
    "Mish": mish,
    "Normalize": normalize,
    "PReLU": p_relu,
    "Pad": pad,
    "Parameter": parameter,
    "Permute": permute,
    "Pooling": pooling,
    "Power": power,
    "ReLU": relu,
    "ReLU6": relu6,
    "Reduction": reduction,
    "Reshape": reshape,
    "SPP": spp,
    "Scale": scale,
    "ShuffleChannel": shuffle_channel,
    "Sigmoid": sigmoid,
    "Silence": silence,
    "Slice": slice_blob,
    "Softmax": softmax,
    "Split": split,
    "Swish": swish,
    "TanH": tan_h,
    "Threshold": threshold,
    "Tile": tile,
    "Upsample": upsample,
}
