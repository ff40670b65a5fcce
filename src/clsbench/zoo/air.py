"""AirNet (soeaver): a ResNet block with two branches, of one and two 3x3 convolutions, joined by a 1x1."""

from dataclasses import dataclass

from clsbench.caffe.net import Net
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2_FLOOR
from clsbench.zoo.stages import Block, stages
from clsbench.zoo.variants import variant

_BLOCKS = {14: (1, 1, 1, 1), 26: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


@dataclass(frozen=True)
class _Spelling:
    """The published names of the parts, and whether the shortcut's convolution comes first or last."""

    prefix: str
    match_first: bool
    before: int = 0  # block numbers start after this one


def air(depth: int) -> Net:
    """AirNet-101 or 152, 64 channels in the first branch."""
    net = NetBuilder(f"air{depth}", 224, Style())
    # air101 counts its stem as block 1
    spelling, stem = (_Spelling("res", True, 1), "res1") if depth == 101 else (_Spelling("air", False), "conv1")
    net.conv_norm_relu(stem, Conv(64, 7, stride=2))
    _blocks(net, spelling, variant("air", _BLOCKS, depth), Conv(256), Conv(64))
    return net.classifier("pool5" if depth == 101 else "pool_ave", "classifier")


def airx(depth: int, groups: int, group_width: int) -> Net:
    """AirNeXt-50 or 101: the first branch's 3x3 convolutions have ``groups`` groups, the second's half as many."""
    net = NetBuilder(f"airx{depth}-{groups}x{group_width}d", 224, Style())
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    inner = Conv(groups * group_width, group=groups)
    _blocks(net, _Spelling("airx", True), variant("airx", _BLOCKS, depth), Conv(256), inner)
    return net.classifier("pool_ave", "classifier")


def air_lite(depth: int, width: int) -> Net:
    """AirNet-14, 26 or 50 with ``width`` channels in the first branch."""
    net = NetBuilder(f"air{depth}-1x{width}d", 224, Style())
    if (depth, width) == (50, 32):
        net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    else:
        net.conv_norm_relu("conv1", Conv(width, 3, stride=2))
        net.conv_norm_relu("conv2", Conv(width, 3))
        net.conv_norm_relu("conv3", Conv(2 * width, 3))
    _blocks(net, _Spelling("air", False), variant("air_lite", _BLOCKS, depth), Conv(4 * width), Conv(width))
    return net.classifier("ave_pool", "classifier")


def _blocks(net: NetBuilder, spelling: _Spelling, lengths: tuple[int, ...], outer: Conv, inner: Conv) -> None:
    net.pool("pool1", MAX_3X3_S2_FLOOR)
    for block in stages(lengths):
        name, data = f"{spelling.prefix}{block.number + spelling.before}", net.blob
        match = Conv(outer.width << block.stage, stride=block.stride)
        shortcut = data
        if block.first and spelling.match_first:
            shortcut = net.conv_norm(f"{name}_match_conv", match, data)
        _two_branches(net, name, block, Conv(inner.width << block.stage, 3, group=inner.group), data)
        branch = net.conv_norm(f"{name}_conv3", Conv(match.width))
        if block.first and not spelling.match_first:
            shortcut = net.conv_norm(f"{name}_match_conv", match, data)
        net.sum(name, [shortcut, branch])
        net.relu(f"{name}_relu")


def _two_branches(net: NetBuilder, name: str, block: Block, wide: Conv, data: str) -> None:
    narrow, groups = wide.width // 2, max(1, wide.group // 2)
    net.conv_norm_relu(f"{name}_conv1_1", Conv(wide.width), data)
    short = net.conv(f"{name}_conv1_2", Conv(wide.width, 3, stride=block.stride, group=wide.group))
    net.conv_norm_relu(f"{name}_conv2_1", Conv(narrow), data)
    net.conv_norm_relu(f"{name}_conv2_2", Conv(narrow, 3, stride=block.stride, group=groups))
    long = net.conv(f"{name}_conv2_3", Conv(narrow, 3, group=groups))
    cat = net.concat(f"{name}_cat", [short, long])
    net.norm(cat)
    net.relu(f"{cat}_relu")
