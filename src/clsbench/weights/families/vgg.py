"""torchvision's VGG, whose modules are numbered, and timm's, whose fully connected layers are convolutions."""

from collections.abc import Iterator

from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product, cell
from clsbench.zoo.builder import Style
from clsbench.zoo.vgg import DEPTHS


def vgg(depth: int, batch_norm: bool, library: str) -> WeightsMapping:
    """VGG-13, 16 or 19 of ``library``, timm or torchvision."""
    pairs = (*_convolutions(depth, batch_norm=batch_norm), *_FULLY_CONNECTED[library])
    return WeightsMapping(pairs=pairs, eps=0.00001 if batch_norm else None)


def _convolutions(depth: int, *, batch_norm: bool) -> Iterator[Pair]:
    place = 0
    for stage, length in enumerate(DEPTHS[depth], 1):
        for number in range(1, length + 1):
            layer, module = f"conv{stage}_{number}", f"features.{place}"
            if batch_norm:
                yield from cell(Style(), layer, module, f"features.{place + 1}")
            else:
                yield Product(layer, module)
            place += 3 if batch_norm else 2  # with its ReLU
        place += 1  # the stage's pool


_FULLY_CONNECTED = {
    "timm": (
        Product("fc6", "pre_logits.fc1", kernel=7),
        Product("fc7", "pre_logits.fc2", kernel=1),
        Product("classifier", "head.fc"),
    ),
    "torchvision": (
        Product("fc6", "classifier.0"),
        Product("fc7", "classifier.3"),
        Product("classifier", "classifier.6"),
    ),
}
