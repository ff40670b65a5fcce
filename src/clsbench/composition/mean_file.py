"""Mean files: ``.binaryproto`` as Caffe's compute_image_mean writes it, and ``.npy``."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.mean_blob import read_mean_blob
from clsbench.errors import ConfigError


def read_mean_file(path: Path) -> NDArray[np.float32]:
    """(channel, height, width), or (channel,) if the file has one mean per channel. Raises ConfigError."""
    try:
        mean = _of_numpy(path) if path.suffix == ".npy" else read_mean_blob(path)
    except OSError as error:
        raise ConfigError(
            f"preprocessing.mean={path}: {error.strerror}; give numbers, or a .binaryproto or .npy file"
        ) from error
    if mean.ndim == 4 and len(mean) == 1:
        mean = mean[0]
    if mean.ndim == 2:
        mean = mean[np.newaxis]  # of grey images
    if mean.ndim == 3 and mean.shape[1:] == (1, 1):
        mean = mean[:, 0, 0]
    if mean.ndim not in (1, 3) or not mean.size or not np.isfinite(mean).all():
        raise ConfigError(
            f"preprocessing.mean={path}: {' x '.join(map(str, mean.shape))} numbers; a mean file holds finite "
            "(channel, height, width) or (channel)"
        )
    return mean


def _of_numpy(path: Path) -> NDArray[np.float32]:
    try:
        return np.asarray(np.load(path, allow_pickle=False), np.float32)
    except OSError:
        raise
    except (
        Exception
    ) as error:  # NumPy parses the header as Python: a damaged one raises SyntaxError, TokenError and others
        raise ConfigError(f"preprocessing.mean={path}: not an array of numbers in NumPy's format: {error}") from error
