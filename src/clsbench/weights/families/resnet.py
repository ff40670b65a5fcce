"""The residual networks of torchvision, which have the same names in timm: ResNet-18, ResNeXt and the wide ResNet."""

from collections.abc import Iterator

from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product, cell
from clsbench.zoo.builder import Style
from clsbench.zoo.resnet import STYLE
from clsbench.zoo.resnext import BLOCKS
from clsbench.zoo.stages import stages

_EPS = 0.00001  # torch's


def resnet18() -> WeightsMapping:
    """ResNet-18, with the layer names of resnet18-priv."""
    return WeightsMapping(pairs=tuple(_resnet18()), eps=_EPS)


def resnext(depth: int) -> WeightsMapping:
    """ResNeXt-50 or 101; groups and widths only show in the shapes."""
    return WeightsMapping(pairs=tuple(_bottlenecks("resx", depth)), eps=_EPS)


def wide_resnet(depth: int) -> WeightsMapping:
    """The wide ResNet-50."""
    return WeightsMapping(pairs=tuple(_bottlenecks("res", depth)), eps=_EPS)


def _resnet18() -> Iterator[Pair]:
    yield from cell(STYLE, "conv1", "conv1", "bn1")
    for block in stages((2, 2, 2, 2)):
        layer, module = f"res{block.stage + 2}{'ab'[block.index]}_branch", f"layer{block.stage + 1}.{block.index}"
        if block.stride != 1:
            yield from cell(STYLE, f"{layer}1", f"{module}.downsample.0", f"{module}.downsample.1")
        for number, letter in enumerate("ab", 1):
            yield from cell(STYLE, f"{layer}2{letter}", f"{module}.conv{number}", f"{module}.bn{number}")
    yield Product("fc1000", "fc")


def _bottlenecks(prefix: str, depth: int) -> Iterator[Pair]:
    style = Style()
    yield from cell(style, "conv1", "conv1", "bn1")
    for block in stages(BLOCKS[depth]):
        layer, module = f"{prefix}{block.number}", f"layer{block.stage + 1}.{block.index}"
        for number in (1, 2, 3):
            yield from cell(style, f"{layer}_conv{number}", f"{module}.conv{number}", f"{module}.bn{number}")
        if block.first:
            yield from cell(style, f"{layer}_match_conv", f"{module}.downsample.0", f"{module}.downsample.1")
    yield Product("classifier", "fc")
