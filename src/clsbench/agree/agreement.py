"""A comparison in progress: what has been compared can be saved at any moment."""

import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

from clsbench.agree.comparison import Comparison
from clsbench.agree.contestants import Contestant
from clsbench.agree.files import Row, write_agreement, write_flips
from clsbench.agree.images import Images
from clsbench.agree.scores import image_scores
from clsbench.console.progress import Standing, progress_bar
from clsbench.data.loader import LoadedImage
from clsbench.engines.engine import Description, Predictor
from clsbench.errors import DataError, DisagreementError
from clsbench.results.environment import write_environment
from clsbench.tracking.tracker import RunLog

log = logging.getLogger(__name__)


@dataclass
class Agreement:
    """``contestants`` with their open ``predictors`` by label, in the same order; the first is the reference."""

    tolerance: float
    contestants: tuple[Contestant, ...]
    predictors: Mapping[str, Predictor]
    images: Images
    images_bad: int = 0
    comparisons: tuple[Comparison, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.comparisons = tuple(Comparison(each.label) for each in self.contestants[1:])

    @property
    def reference(self) -> Contestant:
        """The contestant with which the others are compared."""
        return self.contestants[0]

    @property
    def descriptions(self) -> Mapping[str, Description]:
        """What each engine actually uses, by label."""
        return {label: predictor.description for label, predictor in self.predictors.items()}

    @property
    def rows(self) -> list[Row]:
        """One row for each contestant compared with the reference."""
        files = {each.label: each.network.weights for each in self.contestants}
        return [
            Row(
                comparison=each,
                reference=self.reference.label,
                file=path.name if (path := files[each.label]) else "random weights",
                description=self.descriptions[each.label],
                tolerance=self.tolerance,
            )
            for each in self.comparisons
        ]

    def run(self, name: str) -> None:
        """Runs every image on every engine. Raises DataError if no image could be read."""
        start = time.perf_counter()
        with (
            self.images.opened() as images,
            _threads(len(self.predictors)) as beside,
            progress_bar(name, self.images.count) as show,
        ):
            for done, image in enumerate(images, 1):
                self._compare(image, beside)
                show(Standing(done, None, None, done / (time.perf_counter() - start)))
        if self.images_bad == self.images.count:
            raise DataError(f"{self.images.name}: none of {self.images.count} images could be read, see the log")

    def keep(self, tracked: RunLog, folder: Path) -> None:
        """Writes the run's files and gives them, the metrics and the verdict to the tracker."""
        write_agreement(self.rows, folder / "agreement.csv")
        write_flips(list(chain.from_iterable(each.flips for each in self.comparisons)), folder / "flips.csv")
        write_environment(
            {label: asdict(used) for label, used in self.descriptions.items()}, folder / "environment.json"
        )
        if prototxt := self.reference.network.bvlc_text:
            (folder / "network.prototxt").write_text(prototxt, encoding="utf-8")
        compared = self.comparisons[0].images
        if compared:
            metrics: dict[str, float] = {"images": compared, "images_bad": self.images_bad}
            tracked.metrics(
                metrics | {key: value for each in self.comparisons for key, value in each.metrics().items()}
            )
        if compared and compared + self.images_bad == self.images.count:
            tracked.tags({"agrees": str(all(row.agrees for row in self.rows)).lower()})
        tracked.artifacts(folder)

    def check(self) -> None:
        """Raises DisagreementError if an engine is beyond the tolerance, or if the scores cannot tell anything."""
        if beyond := [row for row in self.rows if not row.comparison.agrees(self.tolerance)]:
            told = "; ".join(
                f"{row.comparison.label} differs by up to {row.comparison.max_abs_diff:.3g} "
                f"({row.comparison.worst_image}, {len(row.comparison.flips)} top-1 flips)"
                for row in beyond
            )
            raise DisagreementError(
                f"not the same scores as {self.reference.label} to within tolerance={self.tolerance:g}: {told}"
            )
        if any(row.comparison.saturated(self.tolerance) for row in self.rows):
            raise DisagreementError(
                f"{self.images.name}: saturated, no conclusion is possible: apart from each image's best class, no "
                "score of "
                f"{self.reference.label} is above tolerance={self.tolerance:g}; use more or other images"
            )

    def _compare(self, image: LoadedImage, beside: Executor) -> None:
        title = self.images.title(image.index)
        if image.views is None:
            self.images_bad += 1
            log.warning("%s was left out: %s", title, image.problem)
            return
        score = partial(image_scores, views=image.views, weights=image.weights, image=title)
        reference, *others = beside.map(score, self.predictors.values())
        for each, scores in zip(self.comparisons, others, strict=True):
            each.add(title, reference, scores)


@contextmanager
def _threads(count: int) -> Iterator[Executor]:
    """Threads that a signal does not wait for: closing the engines ends their running forwards."""
    executor = ThreadPoolExecutor(count, thread_name_prefix="engine")
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
