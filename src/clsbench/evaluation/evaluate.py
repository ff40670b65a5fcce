"""The loop: loaded images in, batches through the predictor's streams, one prediction per image out, in order."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.engine import Predictor
from clsbench.errors import EngineError
from clsbench.evaluation.fifth_place import with_fifth_places
from clsbench.evaluation.packing import Batch, Packer, ScoredImage, summed
from clsbench.evaluation.record import Prediction, bad_prediction, predictions_of
from clsbench.evaluation.streams import Forwarded, Streams, streams
from clsbench.evaluation.tally import Tally
from clsbench.evaluation.top_k import check_finite

_BATCHES_A_STREAM = 2  # one running, one waiting, so a stream never waits for this loop


def evaluate_images(
    images: Iterable[LoadedImage],
    samples: Sequence[Sample],
    predictor: Predictor,
    tally: Tally,
    notify: Callable[[Sequence[Prediction]], None],
) -> None:
    """Passes all images to ``notify``, some at a time in the order of ``images``, after ``tally`` has counted them.

    Everything happens in the calling thread, which a signal's exception ends at once; ``tally`` then holds what was
    measured so far. Raises EngineError, also if a score is not finite.
    """
    with streams(predictor) as opened:
        loop = _Loop(samples, predictor.description.streams, opened, tally, notify)
        packer = Packer(predictor.description.batch_size)
        for loaded in images:
            image = ScoredImage(loaded.index, loaded.weights, loaded.problem)
            loop.waiting.append(image)
            if loaded.views is not None:
                loop.submit_all(packer.add(image, loaded.views, loaded.mirrors))
            loop.receive_ready()
        loop.submit_all(packer.rest())
        loop.finish()


@dataclass
class _Loop:
    samples: Sequence[Sample]
    width: int  # streams
    streams: Streams
    tally: Tally
    notify: Callable[[Sequence[Prediction]], None]
    waiting: deque[ScoredImage] = field(default_factory=deque)  # in order, not yet reported
    in_flight: int = 0
    start: float = field(default_factory=time.perf_counter)

    def submit_all(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            while self.in_flight >= self._limit():
                self._receive(self.streams.received())
            self.in_flight += 1
            self.streams.submit(batch)

    def receive_ready(self) -> None:
        for forwarded in self.streams.ready():
            self._receive(forwarded)
        self._notify_finished()

    def finish(self) -> None:
        while self.in_flight:
            self._receive(self.streams.received())
        self._notify_finished()

    def _limit(self) -> int:
        # The first forward warms the engine up and is timed separately, so nothing else runs at the same time.
        return self.width * _BATCHES_A_STREAM if self.tally.latency.views else 1

    def _receive(self, forwarded: Forwarded) -> None:
        self.in_flight -= 1
        self.tally.latency.add(forwarded.views, forwarded.milliseconds)
        forwarded.batch.keep(forwarded.scores)
        self._notify_finished()

    def _notify_finished(self) -> None:
        images = []
        while self.waiting and not self.waiting[0].missing:
            images.append(self.waiting.popleft())
        if not images:
            return
        predictions = self._predictions(images)
        self.tally.add(predictions)
        self.tally.time(len(predictions), time.perf_counter() - self.start)
        self.notify(predictions)

    def _predictions(self, images: Sequence[ScoredImage]) -> list[Prediction]:
        """The predictions of scored or bad images, in order."""
        scored = [image for image in images if image.problem is None]
        made = iter(self._of_scores(scored) if scored else ())
        return [
            next(made)
            if image.problem is None
            else bad_prediction(image.index, self.samples[image.index], image.problem)
            for image in images
        ]

    def _of_scores(self, images: Sequence[ScoredImage]) -> list[Prediction]:
        samples, scores = [self.samples[image.index] for image in images], summed(images)
        classes = scores.shape[1]
        if classes != self.tally.classes:
            raise EngineError(
                f"{samples[0].name}: {classes} scores; expected one for each of {self.tally.classes} classes"
            )
        if not np.isfinite(scores).all():
            for sample, of_image in zip(samples, scores, strict=True):
                check_finite(of_image, sample.name)
        indices, weights = [image.index for image in images], [image.weights for image in images]
        made = predictions_of(indices, samples, scores, weights, self.tally.subset)
        return with_fifth_places(made, scores, weights, self.tally.subset) if self.tally.keeps_fifth else made
