"""ResNet-38 (Wu et al. 2016, "Wider or Deeper", model A): few blocks, very wide, with pre-activation."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2

# One stage per pool: (blocks, the kernels of a block, their widths).
_STAGES = (
    (3, (3, 3), (128, 128)),
    (3, (3, 3), (256, 256)),
    (6, (3, 3), (512, 512)),
    (3, (3, 3), (512, 1024)),
    (1, (1, 3, 1), (512, 1024, 2048)),
)
_LAST = ((1, 3, 1), (1024, 2048, 4096))  # one more block, which widens without a pool


def resnet38a() -> Net:
    """The network of resnet38a; it has no parameters."""
    net = NetBuilder("resnet38a", 224, Style())
    net.conv("conv1", Conv(64, 3, bias=True))
    number = 0
    for stage, (blocks, kernels, widths) in enumerate(_STAGES, 1):
        net.pool(f"pool{stage}", MAX_3X3_S2)
        for index in range(blocks):
            number += 1
            _block(net, f"res{number}", kernels, widths, widens=index == 0)
    _block(net, f"res{number + 1}", *_LAST, widens=True)
    last = net.blob
    net.norm(last)
    net.relu(f"{last}_relu")
    return net.classifier("pool_ave", "classifier")


def _block(net: NetBuilder, name: str, kernels: tuple[int, ...], widths: tuple[int, ...], *, widens: bool) -> None:
    shortcut = net.blob
    data = net.pre_activation(name)
    if widens:
        shortcut = net.conv(f"{name}_match_conv", Conv(widths[-1]), data)
    net.blob = data
    for index, (kernel, width) in enumerate(zip(kernels, widths, strict=True), 1):
        conv = Conv(width, kernel)
        if index < len(widths):
            net.conv_norm_relu(f"{name}_conv{index}", conv)
        else:
            net.conv(f"{name}_conv{index}", conv)
    net.sum(f"{name}_eletwise", [shortcut, net.blob])
