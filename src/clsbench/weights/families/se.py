"""timm's legacy SE-ResNet, SE-ResNeXt and SENet-154, which were converted from the authors' Caffe files."""

from collections.abc import Iterator

from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product, cell
from clsbench.zoo.resnet import BLOCKS
from clsbench.zoo.squeeze_excitation import OFFICIAL
from clsbench.zoo.stages import stages

_CONVOLUTIONS = {"1x1_reduce": 1, "3x3": 2, "1x1_increase": 3}
_ONE_STEP = ("conv1/7x7_s2",)
_THREE_STEPS = ("conv1_1/3x3_s2", "conv1_2/3x3", "conv1_3/3x3")


def se_resnet(depth: int) -> WeightsMapping:
    """SE-ResNet or SE-ResNeXt of ``depth`` 50, 101 or 152; groups and widths only show in the shapes."""
    return WeightsMapping(pairs=tuple(_pairs(_ONE_STEP, depth)), eps=1e-5)


def senet154() -> WeightsMapping:
    """SENet-154."""
    return WeightsMapping(pairs=tuple(_pairs(_THREE_STEPS, 152)), eps=1e-5)


def _pairs(stem: tuple[str, ...], depth: int) -> Iterator[Pair]:
    for number, layer in enumerate(stem, 1):
        yield from cell(OFFICIAL, layer, f"layer0.conv{number}", f"layer0.bn{number}")
    for block in stages(BLOCKS[depth]):
        layer, module = f"conv{block.stage + 2}_{block.index + 1}", f"layer{block.stage + 1}.{block.index}"
        for part, number in _CONVOLUTIONS.items():
            yield from cell(OFFICIAL, f"{layer}_{part}", f"{module}.conv{number}", f"{module}.bn{number}")
        yield Product(f"{layer}_1x1_down", f"{module}.se_module.fc1")
        yield Product(f"{layer}_1x1_up", f"{module}.se_module.fc2")
        if block.first:
            yield from cell(OFFICIAL, f"{layer}_1x1_proj", f"{module}.downsample.0", f"{module}.downsample.1")
    yield Product("classifier", "last_linear")
