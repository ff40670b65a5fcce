"""Maps each ONNX operator to the function that builds it and to those of its inputs that are trainable weights."""

from collections.abc import Mapping

import torch

from clsbench.engines.torch.operators import arrangement, convolution, elementwise, matrix, normalization, pooling
from clsbench.engines.torch.operators import reduction as reducing
from clsbench.engines.torch.operators.node import Operator, plain
from clsbench.engines.torch.operators.reduction import reduction

OPERATORS: Mapping[str, Operator] = {
    "Abs": plain(torch.abs),
    "Add": plain(torch.add),
    "AveragePool": pooling.average_pool,
    "BatchNormalization": normalization.batch_normalization,
    "Cast": elementwise.cast,
    "Clip": plain(elementwise.clip),
    "Concat": arrangement.concat,
    "Conv": convolution.convolution,
    "ConvTranspose": convolution.transposed_convolution,
    "Div": plain(torch.div),
    "Dropout": plain(elementwise.identity),
    "Elu": elementwise.elu,
    "Exp": plain(torch.exp),
    "Flatten": arrangement.flatten,
    "Gather": arrangement.gather,
    "Gemm": matrix.gemm,
    "GlobalAveragePool": plain(pooling.global_average_pool),
    "GlobalMaxPool": plain(pooling.global_max_pool),
    "Greater": plain(torch.gt),
    "HardSigmoid": elementwise.hard_sigmoid,
    "Identity": plain(elementwise.identity),
    "LRN": normalization.lrn,
    "LeakyRelu": elementwise.leaky_relu,
    "Log": plain(torch.log),
    "MatMul": plain(torch.matmul),
    "Max": plain(elementwise.largest),
    "MaxPool": pooling.max_pool,
    "Min": plain(elementwise.smallest),
    "Mul": plain(torch.mul),
    "Neg": plain(torch.neg),
    "PRelu": plain(elementwise.p_relu),
    "Pad": arrangement.pad,
    "Pow": plain(torch.pow),
    "ReduceL1": reduction(reducing.total_of_magnitudes),
    "ReduceMax": reduction(reducing.largest),
    "ReduceMean": reduction(reducing.mean),
    "ReduceSum": reduction(reducing.total),
    "ReduceSumSquare": reduction(reducing.total_of_squares),
    "Relu": plain(torch.relu),
    "Reshape": arrangement.reshape,
    "Resize": arrangement.resize,
    "Sigmoid": plain(torch.sigmoid),
    "Slice": arrangement.slices,
    "Softmax": elementwise.softmax,
    "Softplus": plain(torch.nn.functional.softplus),
    "Split": arrangement.split,
    "Sqrt": plain(torch.sqrt),
    "Squeeze": arrangement.squeeze,
    "Sub": plain(torch.sub),
    "Sum": plain(elementwise.total),
    "Tanh": plain(torch.tanh),
    "Tile": arrangement.tile,
    "TopK": reducing.top_k,
    "Transpose": arrangement.transpose,
    "Unsqueeze": arrangement.unsqueeze,
    "Where": plain(torch.where),
}

SEVERAL_OUTPUTS = frozenset({"Split", "TopK"})

# For Mul and Add, only values with several numbers: those of a Scale or Bias layer, not a coefficient.
WEIGHT_INPUTS: Mapping[str, tuple[int, ...]] = {
    "Add": (0, 1),
    "BatchNormalization": (1, 2),
    "Conv": (1, 2),
    "ConvTranspose": (1, 2),
    "Gemm": (1, 2),
    "MatMul": (0, 1),
    "Mul": (0, 1),
    "PRelu": (1,),
}
