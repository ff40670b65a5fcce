"""Xception (Chollet 2016): convolutions split into a spatial (depthwise) and a channel (1x1) convolution."""

from collections.abc import Mapping

from clsbench.caffe.net import Net
from clsbench.zoo.builder import TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv

# The blocks that halve the image: the widths of their two convolutions, and the pool's padding.
# Block 2's pool has none, which is why the net takes only crops of 11 or 12 modulo 32.
_HALVING: Mapping[int, tuple[int, int, int]] = {
    1: (128, 128, 1),
    2: (256, 256, 0),
    3: (728, 728, 1),
    12: (728, 1024, 1),
}


def xception(depthwise_type: str) -> Net:
    """Xception; ``depthwise_type`` is the layer type of the depthwise half: Convolution or ConvolutionDepthwise."""
    net = NetBuilder("xception", 299, TENSORFLOW)
    net.conv_norm_relu("conv1", Conv(32, 3, stride=2, pad=0))
    net.conv_norm_relu("conv2", Conv(64, 3, pad=0))
    channels = 64
    for number in range(1, 13):
        data, name = net.blob, f"xception{number}"
        if number in _HALVING:
            channels = _halving_block(net, name, channels, depthwise_type)
        else:
            _activation(net, name)
            for index in (1, 2, 3):
                _separable(net, f"{name}_conv{index}", (channels, channels), depthwise_type, relu=index < 3)
            net.sum(f"{name}_elewise", [data, net.blob])
    _separable(net, "conv3", (1024, 1536), depthwise_type, relu=True)
    _separable(net, "conv4", (1536, 2048), depthwise_type, relu=True)
    return net.classifier("pool_ave", "classifier")


def _halving_block(net: NetBuilder, name: str, channels: int, depthwise_type: str) -> int:
    """Returns the number of channels of the block's output."""
    number = int(name.removeprefix("xception"))
    first, second, pad = _HALVING[number]
    data = net.blob
    shortcut = net.conv_norm(f"{name}_match_conv", Conv(second, stride=2))
    net.blob = data
    if number > 1:
        _activation(net, name)
    _separable(net, f"{name}_conv1", (channels, first), depthwise_type, relu=True)
    _separable(net, f"{name}_conv2", (first, second), depthwise_type, relu=False)
    pooled = net.pool(f"{name}_pool", {"pool": "MAX", "kernel_size": 3, "stride": 2, "pad": pad})
    net.sum(f"{name}_elewise", [shortcut, pooled])
    return second


def _activation(net: NetBuilder, name: str) -> None:
    """ReLU into a separate blob, because the shortcut uses the blob before it."""
    net.layer("ReLU", f"{name}_relu", [net.blob])


def _separable(net: NetBuilder, name: str, widths: tuple[int, int], depthwise_type: str, *, relu: bool) -> None:
    channels, width = widths
    net.conv(f"{name}_1", Conv(channels, 3, group=channels, type=depthwise_type))
    net.conv(f"{name}_2", Conv(width))
    net.norm(name)
    if relu:
        net.relu(f"{name}_relu")
