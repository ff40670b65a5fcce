"""OpenCV's dnn module."""

from clsbench.engines.opencv.engine import OpenCv

__all__ = ["OpenCv"]
