"""A program of the user's, which is handed batches and gives scores."""

from clsbench.engines.command.engine import Command

__all__ = ["Command"]
