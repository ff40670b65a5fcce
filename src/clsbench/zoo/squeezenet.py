"""SqueezeNet v1.0 (Iandola et al. 2016): blocks that squeeze the channels and expand them again, 1x1 beside 3x3."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE, MAX_3X3_S2

_FIRES = ((2, 16, 64), (3, 16, 64), (4, 32, 128), (5, 32, 128), (6, 48, 192), (7, 48, 192), (8, 64, 256), (9, 64, 256))


def squeezenet() -> Net:
    """The network of squeezenet-v1.0; it has no parameters."""
    net = NetBuilder("squeezenet-v1.0", 227, Style())
    net.conv("conv1", Conv(96, 7, stride=2, pad=0, bias=True))
    net.relu("relu_conv1")
    net.pool("pool1", MAX_3X3_S2)
    for number, squeeze, expand in _FIRES:
        _fire(net, f"fire{number}", squeeze, expand)
        if number in (4, 8):
            net.pool(f"pool{number}", MAX_3X3_S2)
    net.dropout("drop9")
    net.conv("conv_final", Conv(CLASSES, pad=1, bias=True))  # a padded 1x1, as published
    net.relu("relu_conv_final")
    net.pool("pool_final", GLOBAL_AVERAGE)
    return net.softmax()


def _fire(net: NetBuilder, name: str, squeeze: int, expand: int) -> None:
    squeezed = _conv(net, name, "conv1x1_1", Conv(squeeze, bias=True), net.blob)
    one = _conv(net, name, "conv1x1_2", Conv(expand, bias=True), squeezed)
    three = _conv(net, name, "conv3x3_2", Conv(expand, 3, bias=True), squeezed)
    net.concat(f"{name}/concat", [one, three])


def _conv(net: NetBuilder, place: str, part: str, conv: Conv, bottom: str) -> str:
    net.conv(f"{place}/{part}", conv, bottom)
    return net.relu(f"{place}/relu_{part}")
