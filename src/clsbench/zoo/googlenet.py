"""GoogLeNet (Szegedy et al. 2014): Inception v1 without BatchNorm, with its two auxiliary classifiers."""

from collections.abc import Mapping

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3, MAX_3X3_S2

# 1x1, 3x3 reduction, 3x3, 5x5 reduction, 5x5, pool projection: table 1 of the paper, and of inception_v1 too.
WIDTHS: Mapping[str, tuple[int, int, int, int, int, int]] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
_LRN = {"local_size": 5, "alpha": 1e-4, "beta": 0.75}
_POOLS_AFTER = {"3b": "pool3/3x3_s2", "4e": "pool4/3x3_s2"}
_AUXILIARY_AFTER = {"4a": "loss1", "4d": "loss2"}


def googlenet() -> Net:
    """The network of inception-v1-dsd; it has no parameters."""
    net = NetBuilder("googlenet", 224, Style())
    net.conv("conv1/7x7_s2", Conv(64, 7, stride=2, bias=True))
    net.relu("conv1/relu_7x7")
    net.pool("pool1/3x3_s2", MAX_3X3_S2)
    net.layer("LRN", "pool1/norm1", [net.blob], _LRN)
    _conv(net, "conv2", "3x3_reduce", Conv(64, bias=True))
    _conv(net, "conv2", "3x3", Conv(192, 3, bias=True))
    net.layer("LRN", "conv2/norm2", [net.blob], _LRN)
    net.pool("pool2/3x3_s2", MAX_3X3_S2)
    for place, widths in WIDTHS.items():
        output = _block(net, f"inception_{place}", widths)
        if place in _POOLS_AFTER:
            output = net.pool(_POOLS_AFTER[place], MAX_3X3_S2)
        if place in _AUXILIARY_AFTER:
            _auxiliary(net, _AUXILIARY_AFTER[place])
        net.blob = output
    net.pool("pool5/7x7_s1", {"pool": "AVE", "kernel_size": 7, "stride": 1})
    net.dropout("pool5/drop_7x7_s1")
    net.fully_connected("loss3/classifier", CLASSES)
    return net.softmax()


def _block(net: NetBuilder, name: str, widths: tuple[int, int, int, int, int, int]) -> str:
    data = net.blob
    one = _conv(net, name, "1x1", Conv(widths[0], bias=True))
    net.blob = data
    _conv(net, name, "3x3_reduce", Conv(widths[1], bias=True))
    three = _conv(net, name, "3x3", Conv(widths[2], 3, bias=True))
    net.blob = data
    _conv(net, name, "5x5_reduce", Conv(widths[3], bias=True))
    five = _conv(net, name, "5x5", Conv(widths[4], 5, bias=True))
    net.pool(f"{name}/pool", MAX_3X3, data)
    projection = _conv(net, name, "pool_proj", Conv(widths[5], bias=True))
    return net.concat(f"{name}/output", [one, three, five, projection])


def _auxiliary(net: NetBuilder, name: str) -> None:
    """A classifier halfway up, only used in training; published with the rest, so its weights must find a place."""
    net.pool(f"{name}/ave_pool", {"pool": "AVE", "kernel_size": 5, "stride": 3})
    _conv(net, name, "conv", Conv(128, bias=True))
    net.fully_connected(f"{name}/fc", 1024)
    net.relu(f"{name}/relu_fc")
    net.dropout(f"{name}/drop_fc")
    net.fully_connected(f"{name}/classifier", CLASSES)


def _conv(net: NetBuilder, place: str, part: str, conv: Conv) -> str:
    net.conv(f"{place}/{part}", conv)
    return net.relu(f"{place}/relu_{part}")
