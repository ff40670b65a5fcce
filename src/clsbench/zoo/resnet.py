"""ResNet (He et al. 2015): blocks that add their result to their input."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2, MAX_3X3_S2_FLOOR
from clsbench.zoo.stages import stages
from clsbench.zoo.variants import variant


def _after(prefix: str, name: str) -> str:
    """He's names: bn2a_branch1 follows res2a_branch1, and bn_conv1 follows conv1."""
    return prefix + (name.removeprefix("res") if name.startswith("res") else f"_{name}")


STYLE = Style(norm=lambda name: _after("bn", name), scale=lambda name: _after("scale", name))
BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnet18() -> Net:
    """ResNet-18 with two 3x3 convolutions per block, named as in resnet18-priv."""
    net = NetBuilder("resnet18", 224, STYLE)
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    net.pool("pool1", MAX_3X3_S2_FLOOR)
    for block in stages((2, 2, 2, 2)):
        name = f"res{block.stage + 2}{'ab'[block.index]}"
        data = shortcut = net.blob
        if block.stride != 1:
            shortcut = net.conv_norm(f"{name}_branch1", Conv(64 << block.stage, stride=block.stride))
        net.conv_norm_relu(f"{name}_branch2a", Conv(64 << block.stage, 3, stride=block.stride), data)
        net.conv_norm(f"{name}_branch2b", Conv(64 << block.stage, 3))
        net.sum(name, [shortcut, net.blob])
        net.relu(f"{name}_relu")
    return net.classifier("pool5", "fc1000")


def resnet(depth: int) -> Net:
    """ResNet-50, 101 or 152: the 3x3 convolution works on a quarter of the channels, between two 1x1 convolutions."""
    net = NetBuilder(f"resnet{depth}", 224, STYLE)
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2, bias=depth == 50))
    net.pool("pool1", MAX_3X3_S2)
    for block in stages(variant("resnet", BLOCKS, depth)):
        name = f"res{block.stage + 2}{_letter(depth, block.stage, block.index)}"
        width, data = 64 << block.stage, net.blob
        shortcut = data
        if block.first:
            shortcut = net.conv_norm(f"{name}_branch1", Conv(4 * width, stride=block.stride))
        net.conv_norm_relu(f"{name}_branch2a", Conv(width, stride=block.stride), data)
        net.conv_norm_relu(f"{name}_branch2b", Conv(width, 3))
        net.conv_norm(f"{name}_branch2c", Conv(4 * width))
        net.sum(name, [shortcut, net.blob])
        net.relu(f"{name}_relu")
    return net.classifier("pool5", "fc1000")


def _letter(depth: int, stage: int, index: int) -> str:
    """a, b, c, ...; the long middle stages of the deeper nets run out of letters: a, b1, b2, ..."""
    if depth > 50 and stage in (1, 2) and index > 0:
        return f"b{index}"
    return "abcdef"[index]
