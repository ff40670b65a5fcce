"""The published protocol step by step, with nothing of the package in it: slow, plain, and what the package must equal.

It follows cls/evaluation_cls.py of soeaver/caffe-model: float64 images, channel last, each view cut out by itself,
repeated ones included.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float64]


def prepared(image: NDArray[np.uint8], base_size: int, mean: list[float], std: list[float]) -> Image:
    """Steps 2 and 3: the short side at base_size, on 8 bits; then each channel less its mean, over its std."""
    height, width = image.shape[:2]
    short = min(height, width)
    small = cv2.resize(image, (int(width * base_size / short), int(height * base_size / short)))
    channels = [(small[:, :, c].astype(np.float64) - mean[c]) / std[c] for c in range(3)]
    return np.stack(channels, axis=2)


def single(image: Image, crop: int) -> list[Image]:
    height, width = image.shape[:2]
    top, left = int((height - crop) / 2), int((width - crop) / 2)
    return [image[top : top + crop, left : left + crop]]


def five(image: Image, crop: int) -> list[Image]:
    height, width = image.shape[:2]
    return [
        image[0:crop, 0:crop],
        image[height - crop : height, width - crop : width],
        image[0:crop, width - crop : width],
        image[height - crop : height, 0:crop],
        *single(image, crop),
    ]


def six(image: Image, crop: int) -> list[Image]:
    whole: Image = cv2.resize(image, (crop, crop))  # type: ignore[assignment]
    return [*five(image, crop), whole]


def mirrored(image: Image) -> Image:
    return np.ascontiguousarray(image[:, ::-1])


def multi10(image: Image, base_size: int, crop: int) -> list[Image]:
    squashed: Image = cv2.resize(image, (base_size, base_size))  # type: ignore[assignment]
    return five(squashed, crop) + five(mirrored(squashed), crop)


def multi12(image: Image, base_size: int, crop: int) -> list[Image]:
    squashed: Image = cv2.resize(image, (base_size, base_size))  # type: ignore[assignment]
    return six(squashed, crop) + six(mirrored(squashed), crop)


def multi144(image: Image, sizes: list[int], crop: int) -> list[Image]:
    views = []
    height, width = image.shape[:2]
    short = min(height, width)
    for size in sizes:
        larger: Image = cv2.resize(image, (width * size // short, height * size // short))  # type: ignore[assignment]
        down, right = int((larger.shape[0] - size) / 2), int((larger.shape[1] - size) / 2)
        for step in (0, 1, 2):
            square = larger[down * step : down * step + size, right * step : right * step + size]
            views += six(np.ascontiguousarray(square), crop)
            views += six(mirrored(square), crop)
    return views


def network_input(views: list[Image]) -> NDArray[np.float32]:
    """Step 5: float32, channel first."""
    return np.asarray(views, dtype=np.float32).transpose(0, 3, 1, 2)
