"""An examination of SqueezeNet on the sample photographs, as tests see it."""

from collections.abc import Callable
from dataclasses import dataclass

from clsbench.doctor.result import Result


@dataclass(frozen=True)
class Examined:
    """The given overrides and what the examination ends with."""

    result: Result

    @property
    def overrides(self) -> set[str]:
        return set(self.result.overrides)

    @property
    def given_percent(self) -> float:
        return 100 * float(self.result.given.sight.hits.mean())

    @property
    def best_percent(self) -> float:
        return 100 * float(self.result.best.sight.hits.mean())


Examine = Callable[..., Examined]
