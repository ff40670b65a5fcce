"""MobileNet v1 (Howard et al. 2017): alternating depthwise 3x3 and 1x1 convolutions.

The lite table's mobilenet-v1-1.0 has no published deploy file. This is its nearest relative, shicai/MobileNet-Caffe.
"""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder, Style, after
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE

_STYLE = Style(norm=after("/bn"), scale=after("/scale"), relu=lambda name: name.replace("conv", "relu"), eps=1e-5)

# (place, channels after the pair, stride of the depthwise half)
_PAIRS = (
    ("2_1", 64, 1), ("2_2", 128, 2),
    ("3_1", 128, 1), ("3_2", 256, 2),
    ("4_1", 256, 1), ("4_2", 512, 2),
    ("5_1", 512, 1), ("5_2", 512, 1), ("5_3", 512, 1), ("5_4", 512, 1), ("5_5", 512, 1), ("5_6", 1024, 2),
    ("6", 1024, 1),
)  # fmt: skip


def mobilenet_v1() -> Net:
    """MobileNet v1 at full width; it has no parameters."""
    net = NetBuilder("mobilenet-v1-1.0", 224, _STYLE)
    net.conv_norm_relu("conv1", Conv(32, 3, stride=2))
    channels = 32
    for place, width, stride in _PAIRS:
        net.conv_norm_relu(f"conv{place}/dw", Conv(channels, 3, stride=stride, group=channels))
        net.conv_norm_relu(f"conv{place}/sep", Conv(width))
        channels = width
    net.pool("pool6", GLOBAL_AVERAGE)
    net.conv("fc7", Conv(CLASSES, bias=True))
    return net.softmax()
