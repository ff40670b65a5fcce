"""Inception v3 (Szegedy et al. 2015): large square convolutions are replaced by rows, columns and pairs of 3x3."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.inception import COLUMN_3, COLUMN_7, ROW_3, ROW_7, branch, end, reduction_a, reduction_b, stem
from clsbench.zoo.pooling import AVERAGE_3X3, MAX_3X3, Pool


def inception_v3() -> Net:
    """The network of inception-v3; it has no parameters."""
    net = NetBuilder("inception-v3", 299, TENSORFLOW)
    stem(net, "conv4_relu_3x3_reduce")
    for number, projection in enumerate((32, 64, 64), 1):
        _block_a(net, f"inception_a{number}", projection)
    reduction_a(net, 384, (64, 96, 96))
    for number, width in enumerate((128, 160, 160, 192), 1):
        _block_b(net, f"inception_b{number}", width)
    reduction_b(net, (192, 320), (192, 192, 192, 192))
    _block_c(net, "inception_c1", AVERAGE_3X3)
    _block_c(net, "inception_c2", MAX_3X3)
    return end(net)


def _block_a(net: NetBuilder, name: str, projection: int) -> None:
    data = net.blob
    branches = [
        branch(net, name, data, ("1x1", Conv(64))),
        branch(net, name, data, ("5x5_reduce", Conv(48)), ("5x5", Conv(64, 5))),
        branch(net, name, data, ("3x3_reduce", Conv(64)), ("3x3_1", Conv(96, 3)), ("3x3_2", Conv(96, 3))),
        branch(net, name, net.pool(f"{name}_pool", AVERAGE_3X3, data), ("pool_proj", Conv(projection))),
    ]
    net.concat(f"{name}_output", branches)


def _block_b(net: NetBuilder, name: str, width: int) -> None:
    data = net.blob
    short = (("1x7_reduce", Conv(width)), ("1x7", Conv(width, ROW_7)), ("7x1", Conv(192, COLUMN_7)))
    long = (
        ("7x1_reduce", Conv(width)),
        ("7x1_2", Conv(width, COLUMN_7)),
        ("1x7_2", Conv(width, ROW_7)),
        ("7x1_3", Conv(width, COLUMN_7)),
        ("1x7_3", Conv(192, ROW_7)),
    )
    branches = [
        branch(net, name, data, ("1x1_2", Conv(192))),
        branch(net, name, data, *short),
        branch(net, name, data, *long),
        branch(net, name, net.pool(f"{name}_pool_ave", AVERAGE_3X3, data), ("1x1", Conv(192))),
    ]
    net.concat(f"{name}_concat", branches)


def _block_c(net: NetBuilder, name: str, pool: Pool) -> None:
    data = net.blob
    branches = [branch(net, name, data, ("1x1_2", Conv(320)))]
    forked = branch(net, name, data, ("1x3_reduce", Conv(384)))
    branches.append(branch(net, name, forked, ("1x3", Conv(384, ROW_3))))
    branches.append(branch(net, name, forked, ("3x1", Conv(384, COLUMN_3))))
    forked = branch(net, name, data, ("3x3_reduce", Conv(448)), ("3x3", Conv(384, 3)))
    branches.append(branch(net, name, forked, ("1x3_2", Conv(384, ROW_3))))
    branches.append(branch(net, name, forked, ("3x1_2", Conv(384, COLUMN_3))))
    branches.append(branch(net, name, net.pool(f"{name}_pool", pool, data), ("1x1", Conv(192))))
    net.concat(f"{name}_concat", branches)
