"""DenseNet (Huang et al. 2016): every layer reads all earlier ones of its stage and appends 32 channels."""

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, NetBuilder, Style
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE, MAX_3X3_S2_FLOOR
from clsbench.zoo.variants import variant

BLOCKS = {121: (6, 12, 24, 16), 201: (6, 12, 48, 32)}
_GROWTH = 32


def densenet(depth: int) -> Net:
    """DenseNet-121 or 201."""
    net = NetBuilder(f"densenet{depth}", 224, Style())
    net.conv_norm_relu("conv1", Conv(64, 7, stride=2))
    net.pool("pool1", MAX_3X3_S2_FLOOR)
    lengths = variant("densenet", BLOCKS, depth)
    channels, number = 64, 0
    for stage, layers in enumerate(lengths, 1):
        for _ in range(layers):
            number += 1
            _dense_layer(net, f"dense{number}")
        channels += _GROWTH * layers
        last = net.blob
        net.norm(last)
        net.relu(f"{last}_relu")
        if stage < len(lengths):
            channels //= 2
            net.conv(f"conv{stage + 1}", Conv(channels))
            net.pool(f"pool{stage + 1}", {"pool": "AVE", "kernel_size": 2, "stride": 2})
    net.pool("pool5", GLOBAL_AVERAGE)
    net.conv("classifier", Conv(CLASSES, bias=True))
    net.layer("Reshape", "classifier_reshape", [net.blob], {"shape": (0, 0)})
    return net.softmax()


def _dense_layer(net: NetBuilder, name: str) -> None:
    data = net.blob
    net.pre_activation(name)
    net.conv_norm_relu(f"{name}_conv1", Conv(4 * _GROWTH))
    new = net.conv(f"{name}_conv2", Conv(_GROWTH, 3))
    net.concat(f"{name}_concat", [data, new])
