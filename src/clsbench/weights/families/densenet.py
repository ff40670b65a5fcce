"""torchvision's DenseNet, which has the same names in timm."""

from collections.abc import Iterator

from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product, cell, norm_of
from clsbench.zoo.builder import Style
from clsbench.zoo.densenet import BLOCKS
from clsbench.zoo.stages import Block, stages

_STYLE = Style()
# torchvision's files still have the names norm.1 and conv.2 of its first releases, which it renames while loading.
_OLDER_NAMES = ((r"(denselayer\d+\.(?:norm|conv))\.([12]\.)", r"\1\2"),)


def densenet(depth: int) -> WeightsMapping:
    """DenseNet-121 or 201."""
    return WeightsMapping(pairs=tuple(_pairs(depth)), eps=0.00001, older_names=_OLDER_NAMES)


def _pairs(depth: int) -> Iterator[Pair]:
    yield from cell(_STYLE, "conv1", "features.conv0", "features.norm0")
    lengths = BLOCKS[depth]
    for block in stages(lengths):
        yield from _layer(block)
        if block.index == lengths[block.stage] - 1:
            yield from _end(block, is_last=block.stage == len(lengths) - 1)
    yield Product("classifier", "classifier", kernel=0)


def _layer(block: Block) -> Iterator[Pair]:
    layer, module = f"dense{block.number}", f"features.denseblock{block.stage + 1}.denselayer{block.index + 1}"
    yield norm_of(_STYLE, layer, f"{module}.norm1")
    yield from cell(_STYLE, f"{layer}_conv1", f"{module}.conv1", f"{module}.norm2")
    yield Product(f"{layer}_conv2", f"{module}.conv2")


def _end(block: Block, *, is_last: bool) -> Iterator[Pair]:
    concat = f"dense{block.number}_concat"
    if is_last:
        yield norm_of(_STYLE, concat, "features.norm5")
        return
    transition = f"features.transition{block.stage + 1}"
    yield norm_of(_STYLE, concat, f"{transition}.norm")
    yield Product(f"conv{block.stage + 2}", f"{transition}.conv")
