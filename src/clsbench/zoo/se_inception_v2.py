"""SE-BN-Inception (Hu et al. 2017): BN-Inception (Ioffe and Szegedy 2015) whose blocks' outputs are reweighted."""

from collections.abc import Mapping
from dataclasses import dataclass

from clsbench.caffe.net import Layer, Net
from clsbench.zoo.builder import CLASSES, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import AVERAGE_3X3, MAX_3X3, MAX_3X3_S2
from clsbench.zoo.squeeze_excitation import OFFICIAL, channel_factors


@dataclass(frozen=True)
class _Widths:
    """A block's four branches; the first and the last are missing if the block halves the image."""

    one: int | None
    three: tuple[int, int]  # 1x1 reduction, 3x3
    double: tuple[int, int]  # 1x1 reduction, both 3x3
    projection: int | None
    out: int


_BLOCKS: Mapping[str, _Widths] = {
    "3a": _Widths(64, (64, 64), (64, 96), 32, 256),
    "3b": _Widths(64, (64, 96), (64, 96), 64, 320),
    "3c": _Widths(None, (128, 160), (64, 96), None, 576),
    "4a": _Widths(224, (64, 96), (96, 128), 128, 576),
    "4b": _Widths(192, (96, 128), (96, 128), 128, 576),
    "4c": _Widths(160, (128, 160), (128, 160), 128, 608),
    "4d": _Widths(96, (128, 192), (160, 192), 128, 608),
    "4e": _Widths(None, (128, 192), (192, 256), None, 1056),
    "5a": _Widths(352, (192, 320), (160, 224), 128, 1024),
    "5b": _Widths(352, (192, 320), (192, 224), 128, 1024),
}
_LAST = "inception_5b"  # the only block that keeps the image's size and takes a maximum


def se_inception_v2() -> Net:
    """The network of se-inception-v2; it has no parameters."""
    net = NetBuilder("se-bn-inception", 224, OFFICIAL)
    net.conv_norm("conv1/7x7_s2", Conv(64, 7, stride=2))
    net.relu("conv1/relu_7x7")
    net.pool("pool1/3x3_s2", MAX_3X3_S2)
    _conv(net, "conv2", "3x3_reduce", Conv(64))
    _conv(net, "conv2", "3x3", Conv(192, 3))
    net.pool("pool2/3x3_s2", MAX_3X3_S2)
    for place, widths in _BLOCKS.items():
        name = f"inception_{place}"
        data = net.concat(f"{name}/concat", _branches(net, name, widths))
        channel_factors(net, name, widths.out)
        factors = net.layer("Reshape", f"{name}_prob_reshape", [net.blob], {"shape": (0, 0)})
        scale = {"axis": 0, "bias_term": False}
        net.add(Layer(f"{name}_scale", "Scale", (data, factors), (f"{name}/output",), scale))
    net.pool("pool5/7x7_s1", {"pool": "AVE", "kernel_size": 7, "stride": 1})
    net.fully_connected("classifier", CLASSES)
    return net.softmax()


def _branches(net: NetBuilder, name: str, widths: _Widths) -> list[str]:
    data, stride = net.blob, 2 if widths.one is None else 1
    branches = []
    if widths.one is not None:
        branches.append(_conv(net, name, "1x1", Conv(widths.one)))
    net.blob = data
    _conv(net, name, "3x3_reduce", Conv(widths.three[0]))
    branches.append(_conv(net, name, "3x3", Conv(widths.three[1], 3, stride=stride)))
    net.blob = data
    _conv(net, name, "double3x3_reduce", Conv(widths.double[0]))
    _conv(net, name, "double3x3a", Conv(widths.double[1], 3))
    branches.append(_conv(net, name, "double3x3b", Conv(widths.double[1], 3, stride=stride)))
    if widths.projection is None:
        pooled = net.pool(f"{name}/pool/3x3_s2", MAX_3X3_S2, data)
    else:
        net.pool(f"{name}/pool", MAX_3X3 if name == _LAST else AVERAGE_3X3, data)
        pooled = _conv(net, name, "pool_proj", Conv(widths.projection))
    return [*branches, pooled]


def _conv(net: NetBuilder, place: str, part: str, conv: Conv) -> str:
    net.conv_norm(f"{place}/{part}", conv)
    return net.relu(f"{place}/relu_{part}")
