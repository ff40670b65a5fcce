"""Shared parts of the Inception networks (Szegedy et al. 2015, 2016): parallel branches and halving blocks."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE, MAX_3X3_S2

Part = tuple[str, Conv]

# Two convolutions, each along one side, cost a fraction of the square one.
ROW_3, COLUMN_3 = (1, 3), (3, 1)
ROW_7, COLUMN_7 = (1, 7), (7, 1)


def branch(net: NetBuilder, name: str, data: str, *parts: Part) -> str:
    """Consecutive convolutions from ``data``, each called ``name_part``; returns the last one's blob."""
    net.blob = data
    for part, conv in parts:
        net.conv_norm_relu(f"{name}_{part}", conv)
    return net.blob


def halving_3x3(width: int) -> Conv:
    """An unpadded 3x3 convolution that halves the image."""
    return Conv(width, 3, stride=2, pad=0)


def stem(net: NetBuilder, reduce_relu: str) -> str:
    """The first six layers with weights in v3 and Inception-ResNet-v2, where one ReLU has another name."""
    for name, conv in (
        ("conv1_3x3_s2", halving_3x3(32)),
        ("conv2_3x3_s1", Conv(32, 3, pad=0)),
        ("conv3_3x3_s1", Conv(64, 3)),
    ):
        net.conv_norm(name, conv)
        net.relu(f"{name[:-3]}_relu")
    net.pool("pool1_3x3_s2", MAX_3X3_S2)
    net.conv_norm("conv4_3x3_reduce", Conv(80))
    net.relu(reduce_relu)
    net.conv_norm("conv4_3x3", Conv(192, 3, pad=0))
    net.relu("conv4_relu_3x3")
    return net.pool("pool2_3x3_s2", MAX_3X3_S2)


def reduction_a(net: NetBuilder, straight: int, deep: tuple[int, int, int]) -> None:
    """35 x 35 pixels to 17 x 17: one 3x3 convolution, three convolutions, and a pool, in parallel."""
    name, data = "reduction_a", net.blob
    first = branch(net, name, data, ("3x3", halving_3x3(straight)))
    second = branch(
        net, name, data, ("3x3_2_reduce", Conv(deep[0])), ("3x3_2", Conv(deep[1], 3)), ("3x3_3", halving_3x3(deep[2]))
    )
    net.concat("reduction_a_concat", [first, second, net.pool("reduction_a_pool", MAX_3X3_S2, data)])


def reduction_b(net: NetBuilder, short: tuple[int, int], long: tuple[int, int, int, int]) -> None:
    """17 x 17 pixels to 8 x 8 in v3 and v4."""
    name, data = "reduction_b", net.blob
    first = branch(net, name, data, ("3x3_reduce", Conv(short[0])), ("3x3", halving_3x3(short[1])))
    second = branch(
        net,
        name,
        data,
        ("1x7_reduce", Conv(long[0])),
        ("1x7", Conv(long[1], ROW_7)),
        ("7x1", Conv(long[2], COLUMN_7)),
        ("3x3_2", halving_3x3(long[3])),
    )
    net.concat("reduction_b_concat", [first, second, net.pool("reduction_b_pool", MAX_3X3_S2, data)])


def end(net: NetBuilder) -> Net:
    """The finished net: global average pool, Dropout into a separate blob, classifier, Softmax."""
    net.pool("pool_8x8_s1", GLOBAL_AVERAGE)
    net.layer("Dropout", "pool_8x8_s1_drop", [net.blob])
    net.fully_connected("classifier", CLASSES)
    return net.softmax()
