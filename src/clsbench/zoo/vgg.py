"""VGG (Simonyan and Zisserman 2014): 3x3 convolutions, a pool after each stage, three fully connected layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder, Style
from clsbench.zoo.convolution import Conv, Pair
from clsbench.zoo.variants import variant

DEPTHS = {13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
_WIDTHS = (64, 128, 256, 512, 512)
# Channel pruning (He et al. 2017) for 5 times the speed: the remaining widths.
_PRUNED = ((24, 22), (41, 51), (108, 89, 111), (184, 276, 228), (512, 512, 512))
# Also factored (3C, 4 times the speed): (3x1, 1x3, 1x1) instead of one 3x3; stage 5 omits the 1x1.
_FACTORED = (
    ((22, 22, 59),),
    ((37, 37, 118), (47, 47, 119)),
    ((83, 83, 226), (89, 89, 243), (106, 106, 256)),
    ((175, 175, 482), (192, 192, 457), (227, 227, 512)),
    ((398, 512), (390, 512), (379, 512)),
)
_FACTORS: tuple[tuple[str, Pair], ...] = (("V", (3, 1)), ("H", (1, 3)), ("P", (1, 1)))


@dataclass(frozen=True)
class _Spelling:
    """The published names of the end: Caffe's own, or those of files converted from Torch."""

    dropout: str
    classifier: str


_CAFFE = _Spelling("drop", "fc8")
_TORCH = _Spelling("dropout", "classifier")


def vgg(depth: int, batch_norm: bool) -> Net:
    """VGG-13, 16 or 19 as converted from Torch, with or without BatchNorm."""
    net = NetBuilder(f"vgg{depth}{'bn' * batch_norm}", 224, Style())
    lengths = variant("vgg", DEPTHS, depth)
    _stages(net, [[width] * length for width, length in zip(_WIDTHS, lengths, strict=True)], batch_norm=batch_norm)
    return _fully_connected(net, _TORCH)


def vgg16_caffe() -> Net:
    """VGG-16 with the authors' names: vgg16-dsd."""
    net = NetBuilder("vgg16", 224, Style())
    _stages(net, [[width] * length for width, length in zip(_WIDTHS, DEPTHS[16], strict=True)])
    return _fully_connected(net, _CAFFE)


def vgg16_pruned() -> Net:
    """VGG-16 with pruned channels: vgg16-5x."""
    net = NetBuilder("vgg16-5x", 224, Style())
    _stages(net, _PRUNED)
    return _fully_connected(net, _CAFFE)


def vgg16_factored() -> Net:
    """VGG-16 with pruned channels and factored convolutions: vgg16-3c4x."""
    net = NetBuilder("vgg16-3c4x", 224, Style())
    net.conv("conv1_1", Conv(64, 3, bias=True))
    net.relu("relu1_1")
    for stage, convolutions in enumerate(_FACTORED, 1):
        for index, widths in enumerate(convolutions, 2 if stage == 1 else 1):
            for (part, kernel), width in zip(_FACTORS, widths, strict=False):
                net.conv(f"conv{stage}_{index}_{part}", Conv(width, kernel, bias=True))
            net.relu(f"relu{stage}_{index}")
        net.pool(f"pool{stage}", _HALVE)
    return _fully_connected(net, _CAFFE)


def vgg16_tensorflow() -> Net:
    """VGG-16 with convolutions for its fully connected layers: vgg16-tf."""
    net = NetBuilder("vgg16-tf", 224, Style())
    _stages(net, [[width] * length for width, length in zip(_WIDTHS, DEPTHS[16], strict=True)])
    for number, kernel in ((6, 7), (7, 1)):
        net.conv(f"fc{number}", Conv(4096, kernel, pad=0, bias=True))
        net.relu(f"relu{number}")
        net.dropout(f"dropout{number}")
    net.conv("fc8", Conv(CLASSES, bias=True))
    net.layer("Reshape", "reshape", [net.blob], {"shape": (0, 0)})
    return net.softmax()


_HALVE: Mapping[str, str | int] = {"pool": "MAX", "kernel_size": 2, "stride": 2}


def _stages(net: NetBuilder, widths: Sequence[Sequence[int]], *, batch_norm: bool = False) -> None:
    for stage, stage_widths in enumerate(widths, 1):
        for index, width in enumerate(stage_widths, 1):
            net.conv(f"conv{stage}_{index}", Conv(width, 3, bias=True))
            if batch_norm:
                net.norm(f"conv{stage}_{index}")
            net.relu(f"relu{stage}_{index}")
        net.pool(f"pool{stage}", _HALVE)


def _fully_connected(net: NetBuilder, spelling: _Spelling) -> Net:
    for number in (6, 7):
        net.fully_connected(f"fc{number}", 4096)
        net.relu(f"relu{number}")
        net.dropout(f"{spelling.dropout}{number}")
    net.fully_connected(spelling.classifier, CLASSES)
    return net.softmax()
