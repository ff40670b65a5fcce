"""The sizes of a view and of the image from which it is cut."""

from dataclasses import dataclass

from hydra.utils import instantiate
from omegaconf import DictConfig

from clsbench.caffe.net import Net
from clsbench.data.resizes import NoResize
from clsbench.data.size import Size, configured_size, size_of
from clsbench.errors import ConfigError

# If nothing is published about a model: the ratio of the usual 224 to 256.
_CROP_TO_BASE = 0.875


@dataclass(frozen=True)
class Pixels:
    """The size of a view, and of the image from which it is cut; None if images keep their own."""

    crop_size: Size
    base_size: Size | None

    @property
    def identity(self) -> dict[str, int | str | None]:
        """The part that goes into a fingerprint."""
        return {"crop_size": self.crop_size.label, "base_size": self.base_size and self.base_size.label}

    @property
    def base_label(self) -> int | str:
        """The base size as a param; ``own`` if images keep theirs."""
        return self.base_size.label if self.base_size else "own"


def pixels_of(cfg: DictConfig, net: Net) -> Pixels:
    """The configured sizes, else the model's, else the network's own input size."""
    shape = next(iter(net.inputs.values()))
    return chosen_sizes(cfg, Size(*shape[2:]) if len(shape) == 4 else None)


def chosen_sizes(cfg: DictConfig, network_size: Size | None) -> Pixels:
    """The sizes for a network whose own input size is ``network_size``, None if it takes any."""
    if cfg.size not in ("standard", "large"):
        raise ConfigError(f"size={cfg.size}: choose standard or large, or give crop_size and base_size")
    sizes = cfg.model.sizes
    if sizes and cfg.size not in sizes:
        raise ConfigError(f"size={cfg.size}: model {cfg.model.name} has the sizes {', '.join(sizes)}")
    own = sizes.get(cfg.size) if sizes else None
    if cfg.crop_size is not None:
        crop = configured_size(cfg.crop_size, "crop_size")
    elif (known := size_of(own.crop_size) if own else network_size) is None:
        where = f"model.onnx={cfg.model.onnx}" if cfg.model.onnx else f"model.prototxt={cfg.model.prototxt}"
        raise ConfigError(f"{where}: it takes images of any size; give crop_size")
    else:
        crop = known
    return Pixels(crop, _base(cfg, crop, size_of(own.base_size) if own else None))


def _base(cfg: DictConfig, crop: Size, own: Size | None) -> Size | None:
    if instantiate(cfg.resize).name == NoResize.name:
        if cfg.base_size is not None:
            raise ConfigError(
                f"resize=none base_size={cfg.base_size}: images keep their size; leave out one of the two"
            )
        return None
    if cfg.base_size is not None:
        return configured_size(cfg.base_size, "base_size")
    # A crop other than the model's keeps the model's base, unless it does not fit into it.
    if own and own.height >= crop.height and own.width >= crop.width:
        return own
    return Size(round(crop.height / _CROP_TO_BASE), round(crop.width / _CROP_TO_BASE))
