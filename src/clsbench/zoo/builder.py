"""Adds layers one after another, as pycaffe's NetSpec does, with what all convolutional families repeat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clsbench.caffe.net import Layer, Net, Shape, Value
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE, Pool

CLASSES = 1000


Naming = Callable[[str], str]


def after(suffix: str) -> Naming:
    """The rule that names a layer after its predecessor: ``after("_bn")("conv1")`` is ``conv1_bn``."""
    return lambda name: name + suffix


_BN, _SCALE, _RELU = after("_bn"), after("_scale"), after("_relu")


@dataclass(frozen=True)
class Style:
    """How a family names the three layers that follow a convolution, and its BatchNorm settings."""

    norm: Naming = _BN
    scale: Naming = _SCALE
    relu: Naming = _RELU
    eps: float | None = None  # added to the variance; None means Caffe's 0.00001
    # Set in all published files but one; only matters for `caffe time`, which runs in phase TRAIN.
    use_global_stats: bool = True

    def batch_norm(self) -> Mapping[str, Value]:
        """BatchNorm's settings."""
        settings = {"use_global_stats": True if self.use_global_stats else None, "eps": self.eps}
        return {name: value for name, value in settings.items() if value is not None}


TENSORFLOW = Style(eps=0.001)  # the setting of BatchNorm in TensorFlow, Keras and MXNet


class NetBuilder:
    """A network under construction; ``blob`` is the last top, which the next layer reads by default."""

    def __init__(self, name: str, size: int, style: Style) -> None:
        """Begins with the input ``data`` of one image with three channels, ``size`` pixels high and wide."""
        self.name = name
        self.style = style
        self.inputs: dict[str, Shape] = {"data": (1, 3, size, size)}
        self.layers: list[Layer] = []
        self.blob = "data"

    def net(self) -> Net:
        """The network so far."""
        return Net(self.name, dict(self.inputs), tuple(self.layers))

    def add(self, layer: Layer) -> str:
        """Adds the layer and returns its first top."""
        self.layers.append(layer)
        self.blob = layer.tops[0]
        return self.blob

    def layer(
        self, layer_type: str, name: str, bottoms: Sequence[str], params: Mapping[str, Value] | None = None
    ) -> str:
        """Adds a layer whose only top has the layer's name."""
        return self.add(Layer(name, layer_type, tuple(bottoms), (name,), dict(params or {})))

    def over(self, layer_type: str, name: str, params: Mapping[str, Value] | None = None) -> str:
        """Adds a layer that overwrites the current blob."""
        return self.add(Layer(name, layer_type, (self.blob,), (self.blob,), dict(params or {})))

    def conv(self, name: str, conv: Conv, bottom: str | None = None) -> str:
        """A bare convolution."""
        return self.layer(conv.type, name, [bottom or self.blob], conv.params())

    def norm(self, name: str) -> str:
        """BatchNorm and Scale over the current blob, named after the layer ``name``."""
        self.over("BatchNorm", self.style.norm(name), self.style.batch_norm())
        return self.over("Scale", self.style.scale(name), {"bias_term": True})

    def conv_norm(self, name: str, conv: Conv, bottom: str | None = None) -> str:
        """A convolution with its BatchNorm and Scale."""
        self.conv(name, conv, bottom)
        return self.norm(name)

    def conv_norm_relu(self, name: str, conv: Conv, bottom: str | None = None) -> str:
        """A convolution with BatchNorm, Scale and ReLU."""
        self.conv_norm(name, conv, bottom)
        return self.relu(self.style.relu(name))

    def pre_activation(self, name: str, bottom: str | None = None) -> str:
        """BatchNorm into a separate blob, then Scale and ReLU over it: the raw blob is kept for the shortcut."""
        self.layer("BatchNorm", self.style.norm(name), [bottom or self.blob], self.style.batch_norm())
        self.over("Scale", self.style.scale(name), {"bias_term": True})
        return self.relu(self.style.relu(name))

    def relu(self, name: str) -> str:
        """ReLU over the current blob."""
        return self.over("ReLU", name)

    def dropout(self, name: str) -> str:
        """Dropout over the current blob; no effect at inference, kept because the published files have it."""
        return self.over("Dropout", name)

    def pool(self, name: str, pool: Pool, bottom: str | None = None) -> str:
        """A pooling layer with settings from clsbench.zoo.pooling."""
        return self.layer("Pooling", name, [bottom or self.blob], pool)

    def concat(self, name: str, bottoms: Sequence[str]) -> str:
        """The channels of all bottoms, one after another."""
        return self.layer("Concat", name, bottoms)

    def slice(self, name: str, at: int, tops: Sequence[str]) -> list[str]:
        """Two blobs: the current one's channels before ``at``, and the rest."""
        self.add(Layer(name, "Slice", (self.blob,), tuple(tops), {"slice_point": (at,)}))
        return list(tops)

    def sum(self, name: str, bottoms: Sequence[str]) -> str:
        """The element-wise sum."""
        return self.layer("Eltwise", name, bottoms)

    def fully_connected(self, name: str, width: int, bottom: str | None = None) -> str:
        """An InnerProduct with bias."""
        return self.layer("InnerProduct", name, [bottom or self.blob], {"num_output": width})

    def softmax(self) -> Net:
        """The finished net; its probabilities are called ``prob`` in every family."""
        self.layer("Softmax", "prob", [self.blob])
        return self.net()

    def classifier(self, pool: str, classifier: str) -> Net:
        """The usual end: global average pool, one InnerProduct over the 1000 classes, Softmax."""
        self.pool(pool, GLOBAL_AVERAGE)
        self.fully_connected(classifier, CLASSES)
        return self.softmax()
