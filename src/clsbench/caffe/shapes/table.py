"""One shape rule for each layer type."""

from collections.abc import Callable, Mapping, Sequence

from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.shapes import joining, keeping, reducing, reshaping, sliding

ShapeRule = Callable[[Layer, Sequence[Shape]], tuple[Shape, ...]]

RULES: Mapping[str, ShapeRule] = {
    "AbsVal": keeping.elementwise,
    "ArgMax": reducing.arg_max,
    "Axpy": joining.axpy,
    "BNLL": keeping.elementwise,
    "BatchNorm": keeping.channels,
    "Bias": keeping.scaled,
    "Concat": joining.concat,
    "Convolution": sliding.convolution,
    "ConvolutionDepthwise": sliding.convolution,
    "Crop": reshaping.crop,
    "Deconvolution": sliding.deconvolution,
    "DepthwiseConvolution": sliding.convolution,
    "Dropout": keeping.elementwise,
    "ELU": keeping.elementwise,
    "Eltwise": joining.eltwise,
    "Exp": keeping.elementwise,
    "Flatten": reshaping.flatten,
    "InnerProduct": reducing.inner_product,
    "LRN": keeping.local_response,
    "Log": keeping.elementwise,
    "MVN": keeping.images,
    "PReLU": keeping.channels,
    "Permute": reshaping.permute,
    "Pooling": sliding.pooling,
    "Power": keeping.elementwise,
    "ReLU": keeping.elementwise,
    "Reduction": reducing.reduction,
    "Reshape": reshaping.reshape,
    "Scale": keeping.scaled,
    "Sigmoid": keeping.elementwise,
    "Silence": joining.silence,
    "Slice": joining.slices,
    "Softmax": keeping.softmax,
    "Split": joining.split,
    "Swish": keeping.elementwise,
    "TanH": keeping.elementwise,
    "Threshold": keeping.elementwise,
    "Tile": reshaping.tile,
}
