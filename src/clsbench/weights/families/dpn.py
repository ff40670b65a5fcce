"""timm's dual path networks, converted from the authors' MXNet files; their classifier is a 1x1 convolution."""

from collections.abc import Iterator

from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product, cell, norm_of
from clsbench.zoo.builder import TENSORFLOW
from clsbench.zoo.dpn import BLOCKS
from clsbench.zoo.stages import Block, stages


def dpn(depth: int) -> WeightsMapping:
    """DPN-68 (timm's 68b), 92, 98, 107 or 131."""
    return WeightsMapping(pairs=tuple(_pairs(depth)), eps=0.001)


def _pairs(depth: int) -> Iterator[Pair]:
    yield from cell(TENSORFLOW, "conv1", "features.conv1_1.conv", "features.conv1_1.bn")
    for block in stages(BLOCKS[depth]):
        layer, module = f"dpn{block.number}", f"features.conv{block.stage + 2}_{block.index + 1}"
        if block.first:
            yield from _match(layer, module, block)
        # timm normalises before each convolution; Caffe's second and third BatchNorm are named after the one before
        yield norm_of(TENSORFLOW, layer, f"{module}.c1x1_a.bn")
        yield from cell(TENSORFLOW, f"{layer}_conv1", f"{module}.c1x1_a.conv", f"{module}.c3x3_b.bn")
        yield from cell(TENSORFLOW, f"{layer}_conv2", f"{module}.c3x3_b.conv", f"{module}.c1x1_c.bn")
        if depth == 68:
            yield Product(f"{layer}_conv3_branch1", f"{module}.c1x1_c1")
            yield Product(f"{layer}_conv3_branch2", f"{module}.c1x1_c2")
        else:
            yield Product(f"{layer}_conv3", f"{module}.c1x1_c.conv")
    yield norm_of(TENSORFLOW, "pool_ave_concat", "features.conv5_bn_ac.bn")
    yield Product("classifier", "classifier", kernel=1)


def _match(layer: str, module: str, block: Block) -> Iterator[Pair]:
    match = f"{module}.c1x1_w_s{block.stride}"
    yield norm_of(TENSORFLOW, f"{layer}_match", f"{match}.bn")
    yield Product(f"{layer}_match_conv", f"{match}.conv")
