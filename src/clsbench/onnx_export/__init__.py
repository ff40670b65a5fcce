"""Caffe nets as ONNX files, exact in what they compute; one Caffe layer type a module in ``layers``."""

from clsbench.onnx_export.export import EXPORTER_VERSION, export_onnx

__all__ = ["EXPORTER_VERSION", "export_onnx"]
