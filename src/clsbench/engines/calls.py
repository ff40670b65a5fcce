"""Running calls of a predictor, so that whoever closes it can wait for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition


@dataclass
class Calls:
    """Counts calls from any thread."""

    changed: Condition = field(default_factory=Condition)
    running: int = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """A block that counts as one call."""
        with self.changed:
            self.running += 1
        try:
            yield
        finally:
            with self.changed:
                self.running -= 1
                self.changed.notify_all()

    def wait_for_none(self, seconds: float) -> bool:
        """Waits until no call is running, at most that long; returns whether none is."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.running, seconds)
