"""Inception v2 as TensorFlow-Slim trained it: two 3x3 convolutions instead of one 5x5, and a separable first layer."""

from collections.abc import Mapping, Sequence

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.inception import branch
from clsbench.zoo.inception_v1 import second_stage
from clsbench.zoo.pooling import AVERAGE_3X3, GLOBAL_AVERAGE, MAX_3X3_S2

# 1x1, (reduction, 3x3), (reduction, both 3x3), pool projection; with only two pairs, the block halves the image.
_BLOCKS: Mapping[str, tuple[int, ...]] = {
    "inception_a1": (64, 64, 64, 64, 96, 32),
    "inception_a2": (64, 64, 96, 64, 96, 64),
    "reduction_a": (128, 160, 64, 96),
    "inception_b1": (224, 64, 96, 96, 128, 128),
    "inception_b2": (192, 96, 128, 96, 128, 128),
    "inception_b3": (160, 128, 160, 128, 160, 96),
    "inception_b4": (96, 128, 192, 160, 192, 96),
    "reduction_b": (128, 192, 192, 256),
    "inception_c1": (352, 192, 320, 160, 224, 128),
    "inception_c2": (352, 192, 320, 192, 224, 128),
}
# Unlike the pools between the stages of v1, this one is padded.
_PADDED_MAX_3X3_S2 = {**MAX_3X3_S2, "pad": 1}


def inception_v2() -> Net:
    """The network of inception-v2-tf; it has no parameters."""
    net = NetBuilder("inception-v2-tf", 231, TENSORFLOW)  # 224 does not fit, because its halves would differ
    net.conv("conv1_7x7", Conv(24, 7, stride=2, group=3))  # eight filters per colour, then a 1x1 that mixes them
    net.conv("conv1_7x7_increase", Conv(64, bias=True))
    net.relu("conv1_7x7_increase_relu")
    net.pool("pool1_3x3_s2", MAX_3X3_S2)
    second_stage(net)
    for name, widths in _BLOCKS.items():
        if len(widths) == 4:
            _reduction(net, name, widths)
        else:
            _block(net, name, widths)
    net.pool("pool_7x7_s1", GLOBAL_AVERAGE)
    net.dropout("pool_7x7_s1_drop")
    net.fully_connected("classifier", CLASSES)
    return net.softmax()


def _block(net: NetBuilder, name: str, widths: tuple[int, ...]) -> None:
    data = net.blob
    one, *pairs, projection = widths
    branches = [
        branch(net, name, data, ("1x1", Conv(one))),
        *_convolutions(net, name, data, pairs, 1),
        branch(net, name, net.pool(f"{name}_pool", AVERAGE_3X3, data), ("pool_proj", Conv(projection))),
    ]
    net.concat(f"{name}_output", branches)


def _reduction(net: NetBuilder, name: str, widths: tuple[int, ...]) -> None:
    data = net.blob
    branches = _convolutions(net, name, data, widths, 2)
    net.concat(f"{name}_concat", [*branches, net.pool(f"{name}_pool", _PADDED_MAX_3X3_S2, data)])


def _convolutions(net: NetBuilder, name: str, data: str, widths: Sequence[int], stride: int) -> list[str]:
    """The two branches with 3x3 convolutions; their last one takes the stride."""
    reduce_a, width_a, reduce_b, width_b = widths
    short = (("3x3_a_reduce", Conv(reduce_a)), ("3x3_a", Conv(width_a, 3, stride=stride)))
    long = (
        ("3x3_b_reduce", Conv(reduce_b)),
        ("3x3_b1", Conv(width_b, 3)),
        ("3x3_b2", Conv(width_b, 3, stride=stride)),
    )
    return [branch(net, name, data, *short), branch(net, name, data, *long)]
