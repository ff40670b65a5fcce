"""ResNet v2 (He et al. 2016): BatchNorm and ReLU before the convolutions, so the sum itself is never clipped."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2
from clsbench.zoo.stages import stages
from clsbench.zoo.variants import variant

_BLOCKS = {101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 269: (3, 30, 48, 8)}


def resnet_v2(depth: int) -> Net:
    """ResNet-101, 152 or 269 with pre-activation."""
    net = NetBuilder(f"resnet{depth}-v2", 224, Style())
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    shortcut = net.pool("pool1", MAX_3X3_S2)
    for block in stages(variant("resnet_v2", _BLOCKS, depth)):
        name, width = f"res{block.number}", 64 << block.stage
        # the stem has just been activated, so the first block uses it as it is
        data = net.blob if block.number == 1 else net.pre_activation(name)
        net.conv_norm_relu(f"{name}_conv1", Conv(width))
        net.conv_norm_relu(f"{name}_conv2", Conv(width, 3, stride=block.stride))
        branch = net.conv(f"{name}_conv3", Conv(4 * width))
        if block.first:
            shortcut = net.conv(f"{name}_match_conv", Conv(4 * width, stride=block.stride), data)
        shortcut = net.sum(f"{name}_eletwise", [shortcut, branch])
    net.pre_activation(net.blob)
    return net.classifier("pool5", "classifier")
