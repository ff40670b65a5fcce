"""Inception-ResNet v2 (Szegedy et al. 2016): small Inception blocks whose scaled output is added to their input."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.inception import (
    COLUMN_3,
    COLUMN_7,
    ROW_3,
    ROW_7,
    Part,
    branch,
    end,
    halving_3x3,
    reduction_a,
    stem,
)
from clsbench.zoo.pooling import AVERAGE_3X3, MAX_3X3_S2

_A: tuple[tuple[Part, ...], ...] = (
    (("1x1", Conv(32)),),
    (("3x3_reduce", Conv(32)), ("3x3", Conv(32, 3))),
    (("3x3_2_reduce", Conv(32)), ("3x3_2", Conv(48, 3)), ("3x3_3", Conv(64, 3))),
)
_B: tuple[tuple[Part, ...], ...] = (
    (("1x1", Conv(192)),),
    (("1x7_reduce", Conv(128)), ("1x7", Conv(160, ROW_7)), ("7x1", Conv(192, COLUMN_7))),
)
_C: tuple[tuple[Part, ...], ...] = (
    (("1x1", Conv(192)),),
    (("1x3_reduce", Conv(192)), ("1x3", Conv(224, ROW_3)), ("3x1", Conv(256, COLUMN_3))),
)


def inception_resnet_v2() -> Net:
    """The network of inception-resnet-v2; it has no parameters."""
    net = NetBuilder("inception-resnet-v2", 299, TENSORFLOW)
    _stem_block(net, stem(net, "conv4_3x3_reduce_relu"))
    for number in range(1, 11):
        _residual(net, f"a{number}", _A, 320, 0.17)
    reduction_a(net, 384, (256, 256, 384))
    for number in range(1, 21):
        _residual(net, f"b{number}", _B, 1088, 0.1)
    _reduction_b(net)
    for number in range(1, 10):
        _residual(net, f"c{number}", _C, 2080, 0.2)
    _residual(net, "c10", _C, 2080, None)
    net.conv_norm_relu("conv6_1x1", Conv(1536))
    return end(net)


def _stem_block(net: NetBuilder, data: str) -> None:
    branches = [
        branch(net, "conv5", data, ("1x1", Conv(96))),
        branch(net, "conv5", data, ("5x5_reduce", Conv(48)), ("5x5", Conv(64, 5))),
        branch(net, "conv5", data, ("3x3_reduce", Conv(64)), ("3x3", Conv(96, 3)), ("3x3_2", Conv(96, 3))),
        branch(net, "conv5", net.pool("ave_pool", AVERAGE_3X3, data), ("1x1_ave", Conv(64))),
    ]
    net.concat("stem_concat", branches)


def _residual(
    net: NetBuilder, place: str, branches: tuple[tuple[Part, ...], ...], channels: int, scale: float | None
) -> None:
    """One block; the very last one has no scale and no ReLU."""
    name, data = f"inception_resnet_v2_{place}", net.blob
    net.concat(f"{name}_concat", [branch(net, name, data, *parts) for parts in branches])
    up = net.conv(f"{name}_up", Conv(channels, bias=True))
    coefficients = {} if scale is None else {"coeff": (1.0, scale)}
    total = net.layer("Eltwise", f"{name}_residual_eltwise", [data, up], coefficients)
    if scale is not None:
        net.relu(f"{total}_relu")


def _reduction_b(net: NetBuilder) -> None:
    name, data = "reduction_b", net.blob
    deep = (("3x3_3_reduce", Conv(256)), ("3x3_3", Conv(288, 3)), ("3x3_4", halving_3x3(320)))
    branches = [
        branch(net, name, data, ("3x3_reduce", Conv(256)), ("3x3", halving_3x3(384))),
        branch(net, name, data, ("3x3_2_reduce", Conv(256)), ("3x3_2", halving_3x3(288))),
        branch(net, name, data, *deep),
        net.pool("reduction_b_pool", MAX_3X3_S2, data),
    ]
    net.concat("reduction_b_concat", branches)
