"""OpenCV, with its limits set before its first import: the only place in ``data`` that imports it.

OpenCV reads both variables once, when it is loaded; if it was imported earlier, its own defaults apply.
"""

import os

MAX_PIXELS = 2**27  # per image; ImageNet's largest has a tenth of this, OpenCV's own limit is 2**30 (3 GiB of memory)

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
os.environ.setdefault("OPENCV_LOG_LEVEL", "FATAL")  # an image's faults are in BadImageError, not on stderr

import cv2  # noqa: E402 - after its environment

__all__ = ["MAX_PIXELS", "cv2"]
