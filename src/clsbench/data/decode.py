"""Decodes an image file's bytes to pixels, as the published script's ``cv2.imread`` does, or says why it cannot."""

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.file_check import check_file
from clsbench.data.opencv import MAX_PIXELS, cv2

_FLAGS = {1: cv2.IMREAD_GRAYSCALE, 3: cv2.IMREAD_COLOR}


def decode(data: bytes, channels: int = 3) -> NDArray[np.uint8]:
    """The image (height, width, channel), BGR, or grey with one channel, as Caffe's ImageData layer reads it.

    EXIF orientation is applied; OpenCV converts grey, colour, CMYK and 16 bits.

    Raises BadImageError if the file is empty, truncated, too large, damaged, or not an image.
    """
    check_file(data, MAX_PIXELS)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), _FLAGS[channels])
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise  # not the image's fault
        raise BadImageError(f"OpenCV: {error.err}") from error
    if image is None:
        raise BadImageError("damaged, or not an image")
    return np.asarray(image, np.uint8).reshape(*image.shape[:2], channels)
