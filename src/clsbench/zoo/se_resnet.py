"""SE-ResNet, SE-ResNeXt and SENet-154 (Hu et al. 2017, the authors' files): bottlenecks whose branch is reweighted."""

from dataclasses import dataclass

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2
from clsbench.zoo.resnet import BLOCKS
from clsbench.zoo.squeeze_excitation import OFFICIAL, channel_factors
from clsbench.zoo.stages import Block, stages
from clsbench.zoo.variants import variant


@dataclass(frozen=True)
class _Bottleneck:
    """The convolutions of a first-stage block; the widths double from stage to stage."""

    reduce: Conv
    grouped: Conv
    stride_on_reduce: bool = False  # otherwise on the 3x3 convolution
    wide_projection: int = 1  # the shortcut's kernel when the image is halved


def se_resnet(depth: int) -> Net:
    """SE-ResNet-50, 101 or 152."""
    net = NetBuilder(f"se-resnet{depth}", 224, OFFICIAL)
    _stem(net)
    _blocks(net, variant("se-resnet", BLOCKS, depth), _Bottleneck(Conv(64), Conv(64, 3), stride_on_reduce=True))
    return _end(net)


def se_resnext(depth: int, groups: int, group_width: int) -> Net:
    """SE-ResNeXt-50 or 101 with ``groups`` groups, each ``group_width`` channels wide in the first stage."""
    net = NetBuilder(f"se-resnext{depth}-{groups}x{group_width}d", 224, OFFICIAL)
    _stem(net)
    width = groups * group_width
    _blocks(net, variant("se-resnext", BLOCKS, depth), _Bottleneck(Conv(width), Conv(width, 3, group=groups)))
    return _end(net)


def senet154() -> Net:
    """SENet-154: a deeper stem, half the channels in the 1x1 reduction, 3x3 projections, Dropout."""
    net = NetBuilder("senet-154", 224, OFFICIAL)
    for index, (kind, conv) in enumerate(
        (("3x3_s2", Conv(64, 3, stride=2)), ("3x3", Conv(64, 3)), ("3x3", Conv(128, 3)))
    ):
        net.conv_norm(f"conv1_{index + 1}/{kind}", conv)
        net.relu(f"conv1_{index + 1}/relu_{kind}")
    net.pool("pool1/3x3_s2", MAX_3X3_S2)
    _blocks(net, BLOCKS[152], _Bottleneck(Conv(128), Conv(256, 3, group=64), wide_projection=3))
    return _end(net, dropout=True)


def _stem(net: NetBuilder) -> None:
    net.conv_norm("conv1/7x7_s2", Conv(64, 7, stride=2))
    net.relu("conv1/relu_7x7_s2")
    net.pool("pool1/3x3_s2", MAX_3X3_S2)


def _blocks(net: NetBuilder, lengths: tuple[int, ...], plan: _Bottleneck) -> None:
    for block in stages(lengths):
        name, channels, data = f"conv{block.stage + 2}_{block.index + 1}", 256 << block.stage, net.blob
        branch = _branch(net, name, block, plan)
        factors = channel_factors(net, name, channels)
        shortcut = data
        if block.first:
            kernel = plan.wide_projection if block.stride == 2 else 1
            shortcut = net.conv_norm(f"{name}_1x1_proj", Conv(channels, kernel, stride=block.stride), data)
        net.layer("Axpy", name, [factors, branch, shortcut])
        net.relu(f"{name}/relu")


def _branch(net: NetBuilder, name: str, block: Block, plan: _Bottleneck) -> str:
    first, second = (block.stride, 1) if plan.stride_on_reduce else (1, block.stride)
    grouped = plan.grouped
    net.conv_norm_relu(f"{name}_1x1_reduce", Conv(plan.reduce.width << block.stage, stride=first))
    net.conv_norm_relu(f"{name}_3x3", Conv(grouped.width << block.stage, 3, stride=second, group=grouped.group))
    return net.conv_norm(f"{name}_1x1_increase", Conv(256 << block.stage))


def _end(net: NetBuilder, *, dropout: bool = False) -> Net:
    net.pool("pool5/7x7_s1", {"pool": "AVE", "kernel_size": 7, "stride": 1})
    if dropout:
        net.dropout("pool5/dropout_7x7_s1")
    net.fully_connected("classifier", CLASSES)
    return net.softmax()
