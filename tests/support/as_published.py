"""Where a hub's model computes otherwise than the published network of the same weights: set as that one is."""

from collections.abc import Callable, Mapping

import torch

_BORDER = "the border counted in averages"
_EPS_AND_POOL = "eps 0.001, pool of block 2 padded at its end"


def as_published(network: str, model: torch.nn.Module) -> str | None:
    """Sets ``model`` in place; what was set, None where nothing differs."""
    change = _CHANGES.get(network)
    return change(model) if change else None


def _count_the_border(model: torch.nn.Module) -> str:
    for module in model.modules():
        if isinstance(module, torch.nn.AvgPool2d):
            module.count_include_pad = True
    return _BORDER


def _as_keras(model: torch.nn.Module) -> str:
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eps = 0.001
    pool = model.get_submodule("block2.rep.6")
    assert isinstance(pool, torch.nn.MaxPool2d)
    pool.padding, pool.ceil_mode = 0, True
    return _EPS_AND_POOL


_CHANGES: Mapping[str, Callable[[torch.nn.Module], str]] = {
    "inception-v4": _count_the_border,
    "inception-resnet-v2": _count_the_border,
    "xception": _as_keras,
}
