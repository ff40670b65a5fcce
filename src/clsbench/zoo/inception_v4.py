"""Inception v4 (Szegedy et al. 2016): v3's blocks made uniform, more of them, and a stem that forks three times."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.inception import (
    COLUMN_3,
    COLUMN_7,
    ROW_3,
    ROW_7,
    branch,
    end,
    halving_3x3,
    reduction_a,
    reduction_b,
)
from clsbench.zoo.pooling import AVERAGE_3X3, MAX_3X3_S2


def inception_v4() -> Net:
    """The network of inception-v4; it has no parameters."""
    net = NetBuilder("inception-v4", 299, TENSORFLOW)
    _stem(net)
    for number in range(1, 5):
        _block_a(net, f"inception_a{number}")
    reduction_a(net, 384, (192, 224, 256))
    for number in range(1, 8):
        _block_b(net, f"inception_b{number}")
    reduction_b(net, (192, 192), (256, 256, 320, 320))
    for number in range(1, 4):
        _block_c(net, f"inception_c{number}")
    return end(net)


def _stem(net: NetBuilder) -> None:
    net.conv_norm_relu("conv1_3x3_s2", halving_3x3(32))
    net.conv_norm_relu("conv2_3x3_s1", Conv(32, 3, pad=0))
    data = net.conv_norm_relu("conv3_3x3_s1", Conv(64, 3))
    name = "inception_stem1"
    convolved = branch(net, name, data, ("3x3_s2", halving_3x3(96)))
    data = net.concat(name, [net.pool(f"{name}_pool", MAX_3X3_S2, data), convolved])
    name = "inception_stem2"
    short = (("3x3_reduce", Conv(64)), ("3x3", Conv(96, 3, pad=0)))
    long = (
        ("1x7_reduce", Conv(64)),
        ("1x7", Conv(64, ROW_7)),
        ("7x1", Conv(64, COLUMN_7)),
        ("3x3_2", Conv(96, 3, pad=0)),
    )
    data = net.concat(name, [branch(net, name, data, *short), branch(net, name, data, *long)])
    name = "inception_stem3"
    convolved = branch(net, name, data, ("3x3_s2", halving_3x3(192)))
    net.concat(name, [convolved, net.pool(f"{name}_pool", MAX_3X3_S2, data)])


def _block_a(net: NetBuilder, name: str) -> None:
    data = net.blob
    branches = [
        branch(net, name, data, ("1x1_2", Conv(96))),
        branch(net, name, data, ("3x3_reduce", Conv(64)), ("3x3", Conv(96, 3))),
        branch(net, name, data, ("3x3_2_reduce", Conv(64)), ("3x3_2", Conv(96, 3)), ("3x3_3", Conv(96, 3))),
        branch(net, name, net.pool(f"{name}_pool_ave", AVERAGE_3X3, data), ("1x1", Conv(96))),
    ]
    net.concat(f"{name}_concat", branches)


def _block_b(net: NetBuilder, name: str) -> None:
    data = net.blob
    short = (("1x7_reduce", Conv(192)), ("1x7", Conv(224, ROW_7)), ("7x1", Conv(256, COLUMN_7)))
    long = (
        ("7x1_2_reduce", Conv(192)),
        ("7x1_2", Conv(192, COLUMN_7)),
        ("1x7_2", Conv(224, ROW_7)),
        ("7x1_3", Conv(224, COLUMN_7)),
        ("1x7_3", Conv(256, ROW_7)),
    )
    branches = [
        branch(net, name, data, ("1x1_2", Conv(384))),
        branch(net, name, data, *short),
        branch(net, name, data, *long),
        branch(net, name, net.pool(f"{name}_pool_ave", AVERAGE_3X3, data), ("1x1", Conv(128))),
    ]
    net.concat(f"{name}_concat", branches)


def _block_c(net: NetBuilder, name: str) -> None:
    data = net.blob
    branches = [branch(net, name, data, ("1x1_2", Conv(256)))]
    forked = branch(net, name, data, ("1x1_3", Conv(384)))
    branches.append(branch(net, name, forked, ("1x3", Conv(256, ROW_3))))
    branches.append(branch(net, name, forked, ("3x1", Conv(256, COLUMN_3))))
    parts = (("1x1_4", Conv(384)), ("3x1_2", Conv(448, COLUMN_3)), ("1x3_2", Conv(512, ROW_3)))
    forked = branch(net, name, data, *parts)
    branches.append(branch(net, name, forked, ("1x3_3", Conv(256, ROW_3))))
    branches.append(branch(net, name, forked, ("3x1_3", Conv(256, COLUMN_3))))
    branches.append(branch(net, name, net.pool(f"{name}_pool_ave", AVERAGE_3X3, data), ("1x1", Conv(256))))
    net.concat(f"{name}_concat", branches)
