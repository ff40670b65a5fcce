"""A mean image as compute_image_mean writes it: a file that is one BlobProto."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.blob_message import read_blob
from clsbench.caffe.wire import WireError, WireReader
from clsbench.errors import WeightsError


def read_mean_blob(path: Path) -> NDArray[np.float32]:
    """The blob in the file's shape, float32. Raises WeightsError if it is damaged, OSError if it does not exist."""
    data = path.read_bytes()
    try:
        return np.asarray(read_blob(WireReader(data), 0, len(data)), np.float32)
    except (WireError, ValueError) as error:
        raise WeightsError(f"{path}: damaged, or not a .binaryproto of a mean image: {error}") from error
