"""OpenVINO."""

from clsbench.engines.openvino.engine import OpenVino

__all__ = ["OpenVino"]
