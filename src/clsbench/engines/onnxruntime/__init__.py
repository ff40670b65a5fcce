"""ONNX Runtime, the default engine."""

from clsbench.engines.onnxruntime.engine import OnnxRuntime

__all__ = ["OnnxRuntime"]
