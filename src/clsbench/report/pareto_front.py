"""The networks that no other network beats in both error and time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clsbench.report.run import Run


@dataclass(frozen=True)
class Point:
    """A network's top-1 error in percent and forward time in ms; ``series`` says what it was timed with."""

    network: str
    error: float
    ms: float
    series: str
    error_from: str
    time_from: str
    error_run: Run | None
    time_run: Run | None
    is_best: bool = False


def mark_pareto_front(points: Sequence[Point]) -> list[Point]:
    """The points by series and time; ``is_best`` if no other point of its series beats it."""
    return sorted(_judged(points), key=lambda point: (point.series, point.ms, point.error))


def _judged(points: Sequence[Point]) -> Iterator[Point]:
    for point in points:
        rivals = (each for each in points if each.series == point.series)
        beaten = any(
            each.error <= point.error and each.ms <= point.ms and (each.error, each.ms) != (point.error, point.ms)
            for each in rivals
        )
        yield replace(point, is_best=not beaten)
