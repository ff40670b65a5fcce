"""Errors that a person can act on: one class per person, every message names the thing, the place and the cure."""

from pathlib import Path


class ClsbenchError(Exception):
    """Anything that a user can put right; shown as one message, never as a traceback."""


class ConfigError(ClsbenchError):
    """The configuration asks for something that does not exist or does not fit together."""


class NetError(ClsbenchError):
    """A network file or definition that Caffe's rules do not allow, or that this package cannot translate."""


class WeightsError(ClsbenchError):
    """A caffemodel that is missing, damaged, or does not fit its network."""


class DataError(ClsbenchError):
    """A dataset that is missing, incomplete or inconsistent."""


class EngineError(ClsbenchError):
    """A runtime that refused, died, or gave scores that cannot be used."""


class MissingEngineError(EngineError):
    """A runtime that is not installed here; the message says how to install it."""


class DisagreementError(ClsbenchError):
    """Engines whose scores differ by more than was allowed."""


class TrackingError(ClsbenchError):
    """A tracking store that cannot be opened or written."""


class MergeError(ClsbenchError):
    """Shards that do not make one evaluation: some are missing, double or different."""


class BusyError(ClsbenchError):
    """Another process is at the same work; wait for it, or end it."""


class DiskError(ClsbenchError):
    """A disk that is full, or a folder that may not be written; with ``path``, the message lacks its cure yet."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path
