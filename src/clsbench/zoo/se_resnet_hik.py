"""SE-ResNet-50 as Hikvision trained it (shicai/SENet-Caffe): the same idea in BVLC's own layers."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder, Style, after
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE, MAX_3X3_S2
from clsbench.zoo.stages import Block, stages

_STYLE = Style(
    norm=after("/bn"),
    scale=after("/scale"),
    relu=lambda name: name.replace("conv", "relu"),
    eps=1e-4,
    use_global_stats=False,
)


def se_resnet_hik() -> Net:
    """The network of se-resnet50-hik; it has no parameters."""
    net = NetBuilder("se-resnet50-hik", 224, _STYLE)
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    net.pool("pool1", MAX_3X3_S2)
    for block in stages((3, 4, 6, 3)):
        place, data = f"{block.stage + 2}_{block.index + 1}", net.blob
        shortcut = data
        if block.first:
            shortcut = net.conv_norm(f"conv{place}/prj", Conv(256 << block.stage, stride=block.stride))
        branch = _reweighted(net, place, _branch(net, place, block, data), 256 << block.stage)
        net.sum(f"block_{place}", [shortcut, branch])
        net.relu(f"relu{place}")
    net.pool("pool5", GLOBAL_AVERAGE)
    net.conv("fc6", Conv(CLASSES, bias=True))
    return net.softmax()


def _branch(net: NetBuilder, place: str, block: Block, data: str) -> str:
    width = 64 << block.stage
    net.conv_norm_relu(f"conv{place}/x1", Conv(width), data)
    net.conv_norm_relu(f"conv{place}/x2", Conv(width, 3, stride=block.stride))
    return net.conv_norm(f"conv{place}/x3", Conv(4 * width))


def _reweighted(net: NetBuilder, place: str, branch: str, channels: int) -> str:
    net.pool(f"pool{place}/gap", GLOBAL_AVERAGE)
    net.fully_connected(f"fc{place}/sqz", channels // 16)
    net.relu(f"relu{place}/sqz")
    net.fully_connected(f"fc{place}/exc", channels)
    factors = net.over("Sigmoid", f"sigm{place}/gate")
    return net.layer("Scale", f"scale{place}", [branch, factors], {"axis": 0, "bias_term": False})
