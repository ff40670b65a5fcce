"""Selects the images of a low precision to score again in fp32, using margins and a bound on how far they move.

An image's decisions are its best class and its top-5 hit. Each decision has a margin: the distance of its score from
the score that would change it. Between precisions a margin moves. If it can shrink by no more than the bound, decisions
with a larger margin stay. The bound is the largest shrinkage observed, times a factor: an estimate, not a proof.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clsbench.errors import ConfigError
from clsbench.evaluation.interval import wilson
from clsbench.evaluation.record import TOP, Prediction

_LEAST_SHARE = 20  # for small datasets, one in this many images calibrates and one is checked
_FEWEST = 20  # images that calibrate, however small the dataset is
CALIBRATES, NEAR, CHECKED = "calibrates", "near another decision", "checked"  # why an image is scored twice
_TINY = float(np.finfo(np.float32).tiny)  # lower scores count as this


@dataclass(frozen=True)
class Exactness:
    """``images`` calibrate the bound, which is ``factor`` times what they show; ``check`` others are checked."""

    images: int
    factor: float
    check: int
    seed: int

    def __post_init__(self) -> None:
        for key, count in (("images", self.images), ("check", self.check)):
            if count < 1:
                raise ConfigError(f"rescoring.{key}={count}: give at least 1")
        if not 1 <= self.factor < np.inf:
            raise ConfigError(
                f"rescoring.factor={self.factor:g}: give at least 1: below it the bound is less than what was seen"
            )


@dataclass(frozen=True)
class ScoredTwice:
    """An image in both precisions, the reason, and its margins in the low one; infinite if nothing is decided."""

    low: Prediction
    exact: Prediction
    why: str
    margins: tuple[float, float]

    @property
    def changed(self) -> bool:
        """Whether fp32 gives another decision."""
        low, exact = self.low, self.exact
        return low.top5[:1] != exact.top5[:1] or any(low.hit(k) != exact.hit(k) for k in (1, TOP))


@dataclass
class Rescoring:
    """The images of a ``low`` precision, and what is known about them in fp32 so far."""

    low: Sequence[Prediction]
    settings: Exactness
    known: dict[int, Prediction] = field(default_factory=dict)  # in fp32, by place
    calibrating: tuple[int, ...] = ()
    checked: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self._drawn = [
            place
            for place in np.random.default_rng(self.settings.seed).permutation(len(self.low)).tolist()
            if self.low[place].status == "ok"
        ]
        # Ratios, unless scores may be negative: noise in the input of a Softmax is a factor in its output.
        self._are_ratios = all(score >= 0 for each in self.low for score in _scores(each))
        self._margins = np.array([_margins(each, ratios=self._are_ratios) for each in self.low]).reshape(-1, 2)

    def sample(self) -> list[int]:
        """The places of the images that calibrate first, drawn at random, in rising order."""
        wanted = min(self.settings.images, max(_FEWEST, len(self._drawn) // _LEAST_SHARE))
        self.calibrating = tuple(sorted(self._drawn[:wanted]))
        return list(self.calibrating)

    def near(self) -> list[int]:
        """The places of images not yet known whose decisions could change, judging by all that is known."""
        inside = (self._margins <= self.bounds()).any(axis=1)
        return [
            place
            for place in np.flatnonzero(inside).tolist()
            if place not in self.known and self.low[place].status == "ok"
        ]

    def others(self) -> list[int]:
        """The places of the images to check, drawn at random from all that are not yet known."""
        left = [place for place in self._drawn if place not in self.known]
        wanted = min(self.settings.check, max(1, len(self._drawn) // _LEAST_SHARE))
        self.checked = tuple(sorted(left[:wanted]))
        return list(self.checked)

    def add(self, exact: Iterable[tuple[int, Prediction]]) -> None:
        """Adds the fp32 predictions of some images."""
        self.known.update(exact)

    def bounds(self) -> NDArray[np.float64]:
        """Bounds of the margins at first and at fifth place (2,), in logarithms of ratios if the scores allow them."""
        shrunk = [
            _shrinkage(self.low[place], exact, ratios=self._are_ratios)
            for place, exact in self.known.items()
            if exact.status == "ok" and place not in self.checked
        ]
        largest: NDArray[np.float64] = np.max([(0.0, 0.0), *shrunk], axis=0)
        return self.settings.factor * largest

    def result(self) -> list[Prediction]:
        """All images: the fp32 prediction if there is one, else that of the low precision."""
        return [self.known.get(place, each) for place, each in enumerate(self.low)]

    def twice(self) -> list[ScoredTwice]:
        """The images also scored in fp32, in the dataset's order."""
        why = {**dict.fromkeys(self.calibrating, CALIBRATES), **dict.fromkeys(self.checked, CHECKED)}
        return [
            ScoredTwice(self.low[place], exact, why.get(place, NEAR), tuple(self._margins[place].tolist()))
            for place, exact in sorted(self.known.items())
        ]

    def metrics(self) -> dict[str, float]:
        """Values by metric name; what was not measured is absent."""
        (first, fifth), twice = self.bounds().tolist(), self.twice()
        metrics: dict[str, float] = {
            "rescored_images": len(self.known) - len(self.calibrating) - len(self.checked),
            "calibrating_images": len(self.calibrating),
            "checked_images": len(self.checked),
            "changed_images": sum(each.changed for each in twice),
        }
        if np.isfinite(self._margins[:, 0]).any():
            metrics["exact_bound_top1"] = first
        if np.isfinite(self._margins[:, 1]).any():
            metrics["exact_bound_top5"] = fifth
        if self.checked:
            missed = sum(each.changed for each in twice if each.why == CHECKED)
            others = len(self._drawn) - len(self.known)
            metrics["missed_images"] = missed
            metrics["missed_at_most"] = wilson(missed, len(self.checked))[1] / 100 * others
        return metrics


def exactness_text(metrics: Mapping[str, float], precision: str) -> str:
    """What a reader of the run must know about it."""
    counts = {key: int(value) for key, value in metrics.items() if key.endswith("images")}
    bounds = [
        f"{metrics[key]:.3g} at {place}"
        for key, place in (("exact_bound_top1", "top-1"), ("exact_bound_top5", "top-5"))
        if key in metrics
    ]
    near = f"with margins of at most {' and '.join(bounds)}, " if bounds else ""
    checked = "no others were left to check"
    if "missed_images" in counts:
        checked = (
            f"{counts['missed_images']} of {counts['checked_images']} checked others were missed, so of the "
            f"rest at most {metrics['missed_at_most']:.0f} (95 %)"
        )
    return (
        f"an estimate, not a proof: {counts['rescored_images']} of {counts['images']} images in {precision} were "
        f"scored again in fp32, {near}besides {counts['calibrating_images']} for calibration; "
        f"{counts['changed_images']} changed; {checked}"
    )


def _scores(prediction: Prediction) -> tuple[float, ...]:
    return (*prediction.top5_probability, *(prediction.at_fifth or ()))


def _margins(low: Prediction, *, ratios: bool) -> tuple[float, float]:
    """Margins at first and at fifth place; infinite if there is no decision."""
    scores = low.top5_probability
    first = _distance(scores[0], scores[1], ratios=ratios) if len(scores) > 1 else np.inf
    fifth = np.inf if low.at_fifth is None else abs(_distance(*low.at_fifth, ratios=ratios))
    return first, fifth


def _shrinkage(low: Prediction, exact: Prediction, *, ratios: bool) -> tuple[float, float]:
    """How much closer each is in fp32 to another decision, or how far beyond it."""
    first, fifth = _margins(low, ratios=ratios)
    shrunk_first, shrunk_fifth = 0.0, 0.0
    if np.isfinite(first):
        shrunk_first = first - _lead(low.top5[0], exact, ratios=ratios)
    if low.at_fifth is not None and exact.at_fifth is not None:
        side = 1 if low.hit(TOP) else -1
        shrunk_fifth = fifth - side * _distance(*exact.at_fifth, ratios=ratios)
    return shrunk_first, shrunk_fifth


def _lead(best: int, exact: Prediction, *, ratios: bool) -> float:
    """How far the class ``best`` leads all others in fp32; negative if it is behind."""
    scores = exact.top5_probability
    if exact.top5[0] == best:
        return _distance(scores[0], scores[1], ratios=ratios)
    place = exact.top5.index(best) if best in exact.top5 else -1  # the last one, which it trails by at least this much
    return -_distance(scores[0], scores[place], ratios=ratios)


def _distance(a: float, b: float, *, ratios: bool) -> float:
    return float(np.log(max(a, _TINY) / max(b, _TINY))) if ratios else a - b
