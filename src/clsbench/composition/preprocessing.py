"""Makes a network's input from pixels: the numbers and files of the group ``preprocessing``."""

import hashlib
from pathlib import Path
from typing import Any, cast

import numpy as np
from hydra.utils import instantiate
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.mean_file import read_mean_file
from clsbench.composition.sizes import Pixels
from clsbench.data.mean_image import MeanImage
from clsbench.data.preprocessing import Normaliser, Preprocessing
from clsbench.data.resizes import Resize
from clsbench.data.size import Size
from clsbench.errors import ConfigError

# Added after clsbench 0.1, with values that change nothing, so that earlier runs keep their identity.
_UNCHANGED: dict[str, Any] = {"scale": 1.0, "mean_image": "pixels"}


def normaliser_of(cfg: DictConfig, pixels: Pixels, channels: int, resize: Resize) -> Normaliser:
    """One number per channel, or a mean image. Raises ConfigError if they do not suit the images."""
    settings = cast(dict[str, Any], OmegaConf.to_container(cfg.preprocessing, resolve=True))
    settings.pop("file", None)
    if not str(settings.get("_target_")).startswith("clsbench."):
        return cast(Normaliser, instantiate(settings))
    settings = _UNCHANGED | settings
    given = settings["mean"]
    mean = _mean_of_file(given, channels) if isinstance(given, str) else None
    if mean is not None:
        settings["mean"] = mean.reshape(channels, -1).mean(axis=1, dtype=np.float64).tolist()
    numbers = cast(Preprocessing, instantiate(settings)).of(channels)
    if mean is None or mean.ndim == 1 or numbers.mean_image == "channels":
        return numbers
    return MeanImage(mean, numbers.std, numbers.scale, _is_of_view(given, mean, pixels, resize))


def preprocessing_identity(cfg: DictConfig) -> object:
    """The part that goes into a fingerprint: settings that change an input, and a mean file by its content."""
    settings = cast(dict[str, Any], OmegaConf.to_container(cfg.preprocessing, resolve=True))
    kept = {key: value for key, value in settings.items() if key not in _UNCHANGED or value != _UNCHANGED[key]}
    kept.pop("file", None)  # its content is in the other settings
    if isinstance(mean := kept.get("mean"), str):
        kept["mean"] = hashlib.sha256(Path(mean).expanduser().read_bytes()).hexdigest()
    return kept


def _mean_of_file(file: str, channels: int) -> NDArray[np.float32]:
    mean = read_mean_file(Path(file).expanduser())
    if len(mean) != channels:
        raise ConfigError(
            f"preprocessing.mean={file}: it has {len(mean)} channels, but the network takes images of {channels}"
        )
    return mean


def _is_of_view(file: str, mean: NDArray[np.float32], pixels: Pixels, resize: Resize) -> bool:
    size, crop, base = Size(*mean.shape[1:]), pixels.crop_size, pixels.base_size
    if resize.gives_base_size and size == base:
        return False
    if size == crop:
        return True
    if base is None:
        return False  # images keep their own size: each is compared with the mean image when it is read
    sides = str(size) if size.height == size.width else f"[{size.height},{size.width}]"
    cure = f"resize=squash base_size={sides}"
    raise ConfigError(
        f"preprocessing.mean={file}: a mean image of {size} needs images of that size, but resize={resize.name} "
        f"base_size={base} crop_size={crop} gives none; set {cure}, or preprocessing.mean_image=channels"
    )
