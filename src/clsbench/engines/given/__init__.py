"""Inputs as files for any device, and the scores that the device computed from them."""

from clsbench.engines.given.engine import Scores

__all__ = ["Scores"]
