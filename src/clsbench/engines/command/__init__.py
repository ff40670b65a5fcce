"""A user's program that is given batches and returns scores."""

from clsbench.engines.command.engine import Command

__all__ = ["Command"]
