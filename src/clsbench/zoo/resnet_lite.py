"""Narrow and shallow ResNets (soeaver's pytorch-classification): two 3x3 convolutions per block, three in the stem."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import MAX_3X3_S2_FLOOR
from clsbench.zoo.stages import stages
from clsbench.zoo.variants import variant

_BLOCKS = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2)}


def resnet_lite(depth: int, width: int) -> Net:
    """ResNet-10 or 18 whose first stage has ``width`` channels."""
    net = NetBuilder(f"resnet{depth}-1x{width}d", 224, Style())
    stem = channels = min(width, 64)
    net.conv_norm_relu("conv1", Conv(stem // 2, 3, stride=2))
    net.conv_norm_relu("conv2", Conv(stem // 2, 3))
    net.conv_norm_relu("conv3", Conv(stem, 3))
    net.pool("pool1", MAX_3X3_S2_FLOOR)
    for block in stages(variant("resnet_lite", _BLOCKS, depth)):
        name, wanted, data = f"res{block.number}", width << block.stage, net.blob
        net.conv_norm_relu(f"{name}_conv1", Conv(wanted, 3, stride=block.stride))
        branch = net.conv_norm(f"{name}_conv2", Conv(wanted, 3))
        shortcut = data
        if block.stride != 1 or channels != wanted:
            shortcut = net.conv_norm(f"{name}_match", Conv(wanted, stride=block.stride), data)
        net.sum(name, [shortcut, branch])
        net.relu(f"{name}_relu")
        channels = wanted
    return net.classifier("pool_avg", "classifier")
