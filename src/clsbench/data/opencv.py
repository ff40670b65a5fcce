"""OpenCV, with its limits set before its first import: the one place in ``data`` that imports it.

OpenCV reads both variables once, when it is loaded; where somebody imported it earlier, its own defaults stand.
"""

import os

MAX_PIXELS = 2**27  # of one image; ImageNet's largest has a tenth of it, OpenCV's own limit is 2**30 (3 GiB of memory)

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
os.environ.setdefault("OPENCV_LOG_LEVEL", "FATAL")  # what is wrong with an image is in BadImageError, not on stderr

import cv2  # noqa: E402 - after its environment

__all__ = ["MAX_PIXELS", "cv2"]
