"""Errors that a person can act on: one class per person, every message names the thing, the place and the cure."""

from pathlib import Path


class ClsbenchError(Exception):
    """Anything that a user can fix; shown as one message, never as a traceback."""


class ConfigError(ClsbenchError):
    """The configuration asks for something that does not exist or does not fit together."""


class NetError(ClsbenchError):
    """A network file or definition that violates Caffe's rules, or that this package cannot translate."""


class WeightsError(ClsbenchError):
    """A caffemodel that is missing, damaged, or does not fit its network."""


class DataError(ClsbenchError):
    """A dataset that is missing, incomplete or inconsistent."""


class EngineError(ClsbenchError):
    """A runtime that refused, died, or returned unusable scores."""


class MissingEngineError(EngineError):
    """A runtime that is not installed here; the message says how to install it."""


class DisagreementError(ClsbenchError):
    """Engines whose scores differ by more than was allowed."""


class TrackingError(ClsbenchError):
    """A tracking store that cannot be opened or written to."""


class MergeError(ClsbenchError):
    """Shards that do not make up one evaluation: some are missing, duplicated or different."""


class BusyError(ClsbenchError):
    """Another process is doing the same work; wait for it, or end it."""


class DiskError(ClsbenchError):
    """A disk that is full, or a folder that is not writable; with ``path``, the message still lacks its cure."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path
