"""The sizes of a view and of the image that it is cut from."""

from dataclasses import dataclass

from omegaconf import DictConfig

from clsbench.caffe.net import Net
from clsbench.errors import ConfigError

# Where nothing is published of a model: the ratio of the usual 224 to 256.
_CROP_TO_BASE = 0.875


@dataclass(frozen=True)
class Pixels:
    """The side of a view, and of the image that it is cut from."""

    crop_size: int
    base_size: int


def pixels_of(cfg: DictConfig, net: Net) -> Pixels:
    """The sizes that the configuration asks for, else the model's, else the network's own input size."""
    return chosen_sizes(cfg, next(iter(net.inputs.values()))[-1])


def chosen_sizes(cfg: DictConfig, network_size: int | None) -> Pixels:
    """The sizes for a network whose own input size is ``network_size``, None where it takes any."""
    if cfg.size not in ("standard", "large"):
        raise ConfigError(f"size={cfg.size}: choose standard or large, or give crop_size and base_size")
    sizes = cfg.model.sizes
    if sizes and cfg.size not in sizes:
        raise ConfigError(f"size={cfg.size}: model {cfg.model.name} has the sizes {', '.join(sizes)}")
    own = sizes.get(cfg.size) if sizes else None
    crop = cfg.crop_size or (own.crop_size if own else network_size)
    if crop is None:
        raise ConfigError(f"model.onnx={cfg.model.onnx}: it takes images of any size; give crop_size")
    # Another crop than the model's keeps the model's base, unless it does not fit in it.
    base = cfg.base_size or (own.base_size if own and own.base_size >= crop else round(crop / _CROP_TO_BASE))
    return Pixels(crop, base)
