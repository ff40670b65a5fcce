"""Squeeze and excitation (Hu et al. 2017): a factor per channel, computed from the channels' means."""

from clsbench.zoo.builder import NetBuilder, Style, after
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE

# The names used in the authors' own files.
OFFICIAL = Style(norm=after("/bn"), scale=after("/bn/scale"), relu=after("/relu"))
_REDUCTION = 16


def channel_factors(net: NetBuilder, name: str, channels: int) -> str:
    """The blob of factors between 0 and 1, (batch, channel, 1, 1), for the current blob."""
    net.pool(f"{name}_global_pool", GLOBAL_AVERAGE)
    down = net.conv(f"{name}_1x1_down", Conv(channels // _REDUCTION, bias=True))
    net.relu(f"{down}/relu")
    net.conv(f"{name}_1x1_up", Conv(channels, bias=True))
    return net.over("Sigmoid", f"{name}_prob")
