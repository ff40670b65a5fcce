"""ResNeXt (Xie et al. 2016), a bottleneck whose 3x3 convolution works in groups, and the wide ResNet (one group)."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2_FLOOR
from clsbench.zoo.stages import Block, stages
from clsbench.zoo.variants import variant

BLOCKS = {26: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


def resnext(depth: int, groups: int, group_width: int) -> Net:
    """ResNeXt-26, 50 or 101 with ``groups`` groups, each ``group_width`` channels wide in the first stage."""
    net = NetBuilder(f"resnext{depth}-{groups}x{group_width}d", 224, Style())
    return _bottlenecks(net, "resx", depth, groups, group_width)


def wide_resnet(depth: int, width: int) -> Net:
    """A wide ResNet: the 3x3 convolution has ``width`` channels in the first stage, 64 in the plain ResNet."""
    net = NetBuilder(f"resnet{depth}-1x{width}d", 224, Style())
    return _bottlenecks(net, "res", depth, 1, width)


def _bottlenecks(net: NetBuilder, prefix: str, depth: int, groups: int, group_width: int) -> Net:
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    net.pool("pool1", MAX_3X3_S2_FLOOR)
    for block in stages(variant("resnext", BLOCKS, depth)):
        _bottleneck(net, f"{prefix}{block.number}", block, Conv((groups * group_width) << block.stage, group=groups))
    return net.classifier("pool_ave", "classifier")


def _bottleneck(net: NetBuilder, name: str, block: Block, inner: Conv) -> None:
    data, wide = net.blob, Conv(256 << block.stage)
    net.conv_norm_relu(f"{name}_conv1", Conv(inner.width))
    net.conv_norm_relu(f"{name}_conv2", Conv(inner.width, 3, stride=block.stride, group=inner.group))
    branch = net.conv_norm(f"{name}_conv3", wide)
    shortcut = data
    if block.first:
        shortcut = net.conv_norm(f"{name}_match_conv", Conv(wide.width, stride=block.stride), data)
    terms = [shortcut, branch]
    if block.first and block.stage == 2:
        terms.reverse()  # as published; the sum does not depend on it, but a comparison of the files does
    net.sum(f"{name}_elewise", terms)
    net.relu(f"{name}_elewise_relu")
