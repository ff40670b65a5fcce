"""Real pycaffe, in a process of its own."""

from clsbench.engines.caffe.engine import Caffe

__all__ = ["Caffe"]
