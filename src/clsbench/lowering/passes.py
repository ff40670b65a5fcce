"""The passes that a net goes through on its way to ONNX and to BVLC Caffe."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias

from clsbench.caffe.net import Net
from clsbench.lowering.axpy import axpy
from clsbench.lowering.depthwise import depthwise
from clsbench.lowering.drop_inference_noops import drop_inference_noops
from clsbench.lowering.fold_batch_norm import fold_batch_norm
from clsbench.lowering.rounding_mode import rounding_mode
from clsbench.lowering.single_assignment import single_assignment

Pass: TypeAlias = Callable[[Net], Net]

# Axpy and the rounding of pools need no pass here, because ONNX expresses both in one node.
FOR_ONNX: tuple[Pass, ...] = (drop_inference_noops, single_assignment, depthwise, fold_batch_norm)

# Layer names and weights are unchanged, so that a published caffemodel still fits.
FOR_BVLC: tuple[Pass, ...] = (axpy, depthwise, rounding_mode)


def lower(net: Net, passes: Sequence[Pass]) -> Net:
    """``net`` rewritten by every pass in turn; the input is not changed."""
    return reduce(lambda lowered, rewrite: rewrite(lowered), passes, net)
