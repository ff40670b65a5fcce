"""Models of timm and torchvision with weights that nobody trained, and what they make of an image.

No number is left as the libraries set it: fresh BatchNorms (mean 0, variance 1, factor 1, shift 0) would hide a
conversion that mixes them up.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

# A spread of the scores at which 1000 classes are neither all alike nor is one certain.
_SCORES = 1.5
_HE = 2.0  # a ReLU takes one half of the mean square away
# Standard deviations by which BatchNorm lifts its numbers over zero. Not at all, and each layer enlarges a rounding
# error by a fifth against the image's own differences: no two engines would agree at the end of seventy layers.
_SHIFT = 1.0


def hub_model(library: str, name: str) -> torch.nn.Module:
    """The untrained model, in evaluation mode; ``name`` may carry the tag of the weights, as in vgg16.tv_in1k."""
    if library == "timm":
        import timm

        return timm.create_model(name.partition(".")[0]).eval()
    import torchvision

    model: torch.nn.Module = torchvision.models.get_model(name, **_NO_AUXILIARY.get(name, {}))
    return model.eval()


_NO_AUXILIARY: dict[str, dict[str, Any]] = {"inception_v3": {"init_weights": False}}


def randomise(model: torch.nn.Module, images: torch.Tensor, seed: int) -> None:
    """Gives every tensor of ``model`` numbers of its own, so that ``images`` neither explode nor vanish in it.

    Each layer is drawn when the images reach it, from what they are then: convolutions keep the mean square, and
    BatchNorm's statistics lie near the true ones, but differ by channel.
    """
    random = torch.Generator().manual_seed(seed)
    with torch.inference_mode(), _before_each(model, lambda module, x: _draw(module, x, random)):
        scores = model(images)
    with torch.inference_mode():
        _spread(classifier_of(model), scores, random)


def classifier_of(model: torch.nn.Module) -> torch.nn.Module:
    """The last convolution or linear layer."""
    return [each for each in model.modules() if _is_product(each)][-1]


def _spread(classifier: Any, scores: torch.Tensor, random: torch.Generator) -> None:
    """Takes away what all images have in common: the best class depends on the image, not on the weights alone."""
    shared = scores.mean(dim=0)
    factor = _SCORES / float((scores - shared).std())
    noise = 0.1 * torch.randn(shared.shape, generator=random)
    classifier.weight.mul_(factor)
    classifier.bias.copy_(factor * (classifier.bias - shared) + noise)


def photographs(count: int, size: int, seed: int) -> list[NDArray[np.uint8]]:
    """Squares of (height, width, red-green-blue) whose colours change slowly, with some noise on them."""
    random = np.random.default_rng(seed)
    coarse = [random.uniform(0, 255, (6, 6, 3)).astype(np.float32) for _ in range(count)]
    smooth = [cv2.resize(each, (size, size), interpolation=cv2.INTER_CUBIC) for each in coarse]
    return [np.clip(each + random.normal(0, 20, each.shape), 0, 255).astype(np.uint8) for each in smooth]


def network_input(image: NDArray[np.uint8], mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """(1, channel, height, width), as torchvision's ToTensor and Normalize make it."""
    pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))).float().div(255)
    sides = (3, 1, 1)
    return ((pixels - torch.tensor(mean).view(sides)) / torch.tensor(std).view(sides)).unsqueeze(0)


def softmax_of(model: torch.nn.Module, images: torch.Tensor) -> NDArray[np.float32]:
    """(image, class)."""
    with torch.inference_mode():
        result: NDArray[np.float32] = torch.softmax(model(images), dim=1).numpy()
    return result


def _draw(module: torch.nn.Module, x: torch.Tensor, random: torch.Generator) -> None:
    if _is_product(module):
        weight: Any = module.weight
        wanted = _HE / (weight[0].numel() * float(x.square().mean()))
        weight.copy_(torch.randn(weight.shape, generator=random) * math.sqrt(wanted))
        if module.bias is not None:
            module.bias.copy_(0.1 * torch.randn(module.bias.shape, generator=random))
    elif isinstance(module, torch.nn.BatchNorm2d):
        _draw_batch_norm(module, x, random)


def _draw_batch_norm(norm: torch.nn.BatchNorm2d, x: torch.Tensor, random: torch.Generator) -> None:
    variance, mean = torch.var_mean(x, dim=(0, 2, 3))
    channels = (norm.num_features,)
    usual = float(variance.mean())  # a channel that an image leaves constant must not be divided by next to nothing
    norm.running_mean = mean + 0.3 * math.sqrt(usual) * torch.randn(channels, generator=random)
    norm.running_var = (variance + 0.1 * usual) * _between(0.5, 1.5, channels, random)
    norm.weight.copy_(_between(0.5, 1.5, channels, random))
    norm.bias.copy_(_SHIFT * norm.weight + 0.3 * torch.randn(channels, generator=random))


def _between(low: float, high: float, shape: tuple[int, ...], random: torch.Generator) -> torch.Tensor:
    return low + (high - low) * torch.rand(shape, generator=random)


def _is_product(module: torch.nn.Module) -> bool:
    return isinstance(module, torch.nn.Conv2d | torch.nn.Linear)


@contextmanager
def _before_each(model: torch.nn.Module, call: Callable[[torch.nn.Module, torch.Tensor], None]) -> Iterator[None]:
    hooks = [
        module.register_forward_pre_hook(lambda module, inputs: call(module, inputs[0])) for module in model.modules()
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
