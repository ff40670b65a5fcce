"""Caffe nets as ONNX files that compute exactly the same; one Caffe layer type per module in ``layers``."""

from clsbench.onnx_export.export import EXPORTER_VERSION, export_onnx

__all__ = ["EXPORTER_VERSION", "export_onnx"]
