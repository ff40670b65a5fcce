"""Inception v1 as TensorFlow-Slim trained it: GoogLeNet with BatchNorm, 3x3 instead of 5x5, one classifier."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.googlenet import WIDTHS
from clsbench.zoo.inception import branch
from clsbench.zoo.pooling import GLOBAL_AVERAGE, MAX_3X3, MAX_3X3_S2

_PLACES = ("a1", "a2", "b1", "b2", "b3", "b4", "b5", "c1", "c2")
_POOLS_AFTER = {"a2": "pool3_3x3_s2", "b5": "pool4_3x3_s2"}


def inception_v1() -> Net:
    """The network of inception-v1-tf; it has no parameters."""
    net = NetBuilder("inception-v1-tf", 224, TENSORFLOW)
    net.conv_norm_relu("conv1_7x7_s2", Conv(64, 7, stride=2))
    net.pool("pool1_3x3_s2", MAX_3X3_S2)
    second_stage(net)
    for place, widths in zip(_PLACES, WIDTHS.values(), strict=True):
        _block(net, f"inception_{place}", widths)
        if place in _POOLS_AFTER:
            net.pool(_POOLS_AFTER[place], MAX_3X3_S2)
    net.pool("pool_7x7_s1", GLOBAL_AVERAGE)
    net.layer("Dropout", "pool_7x7_s1_drop", [net.blob])
    net.conv("classifier", Conv(CLASSES, bias=True))
    net.layer("Reshape", "reshape", [net.blob], {"shape": (0, 0)})
    return net.softmax()


def second_stage(net: NetBuilder) -> None:
    """The two convolutions between the first pools of v1 and v2."""
    net.conv_norm_relu("conv2_3x3_reduce", Conv(64))
    net.conv_norm("conv2_3x3", Conv(192, 3))
    net.relu("conv2_3x3relu")  # published without the underscore
    net.pool("pool2_3x3_s2", MAX_3X3_S2)


def _block(net: NetBuilder, name: str, widths: tuple[int, int, int, int, int, int]) -> None:
    data = net.blob
    branches = [
        branch(net, name, data, ("1x1", Conv(widths[0]))),
        branch(net, name, data, ("3x3_a_reduce", Conv(widths[1])), ("3x3_a", Conv(widths[2], 3))),
        branch(net, name, data, ("3x3_b_reduce", Conv(widths[3])), ("3x3_b", Conv(widths[4], 3))),
        branch(net, name, net.pool(f"{name}_pool", MAX_3X3, data), ("pool_proj", Conv(widths[5]))),
    ]
    net.concat(f"{name}_output", branches)
