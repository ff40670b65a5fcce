"""How many blobs each layer type reads and writes, and whether it may overwrite its input."""

from collections.abc import Mapping
from dataclasses import dataclass

_ANY = 1_000_000


@dataclass(frozen=True)
class Arity:
    """Least and most bottoms and tops; ``in_place``: the first top may be the first bottom."""

    bottoms: tuple[int, int] = (1, 1)
    tops: tuple[int, int] = (1, 1)
    in_place: bool = False


_ONE = Arity()
_IN_PLACE = Arity(in_place=True)
_JOIN = Arity(bottoms=(2, _ANY))

ARITIES: Mapping[str, Arity] = {
    "AbsVal": _IN_PLACE,
    "ArgMax": _ONE,
    "Axpy": Arity(bottoms=(3, 3)),
    "BN": _IN_PLACE,
    "BNLL": _IN_PLACE,
    "BatchNorm": _IN_PLACE,
    "Bias": Arity(bottoms=(1, 2), in_place=True),
    "CReLU": _ONE,
    "Clip": _IN_PLACE,
    "Concat": Arity(bottoms=(1, _ANY)),
    "Convolution": _ONE,
    "ConvolutionDepthwise": _ONE,
    "Crop": Arity(bottoms=(2, 2)),
    "Deconvolution": _ONE,
    "DepthwiseConvolution": _ONE,
    "Dropout": _IN_PLACE,
    "ELU": _IN_PLACE,
    # not in place: eltwise_layer.cpp clears its top before it adds the bottoms to it
    "Eltwise": _JOIN,
    "Exp": _IN_PLACE,
    "Flatten": _ONE,
    "HardSigmoid": _IN_PLACE,
    "HardSwish": _IN_PLACE,
    "InnerProduct": _ONE,
    "Interp": _ONE,
    "LRN": _ONE,
    "Log": _IN_PLACE,
    "MVN": _IN_PLACE,
    "Mish": _IN_PLACE,
    "Normalize": _ONE,
    "PReLU": _IN_PLACE,
    "Pad": _ONE,
    "Parameter": Arity(bottoms=(0, 0)),
    "Permute": _ONE,
    "Pooling": _ONE,
    "Power": _IN_PLACE,
    "ReLU": _IN_PLACE,
    "ReLU6": _IN_PLACE,
    "Reduction": _ONE,
    "Reshape": _ONE,
    "SPP": _ONE,
    "Scale": Arity(bottoms=(1, 2), in_place=True),
    "ShuffleChannel": _ONE,
    "Sigmoid": _IN_PLACE,
    "Silence": Arity(bottoms=(1, _ANY), tops=(0, 0)),
    "Slice": Arity(tops=(1, _ANY)),
    "Softmax": _IN_PLACE,
    "Split": Arity(tops=(1, _ANY)),
    "Swish": _IN_PLACE,
    "TanH": _IN_PLACE,
    "Threshold": _IN_PLACE,
    "Tile": _ONE,
    "Upsample": _ONE,
}
