"""The exported graph in PyTorch."""

from clsbench.engines.torch.engine import Torch

__all__ = ["Torch"]
