"""The loop: loaded images in, batches through the predictor's streams, one prediction an image out, in order."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.engine import Predictor
from clsbench.errors import EngineError
from clsbench.evaluation.packing import Batch, Packer, ScoredImage
from clsbench.evaluation.record import Prediction, bad_prediction, prediction_of
from clsbench.evaluation.streams import Forwarded, Streams, streams
from clsbench.evaluation.tally import Tally
from clsbench.evaluation.top_k import check_finite

_BATCHES_A_STREAM = 2  # one that is forwarded, one that waits: a stream never waits for this loop


def evaluate_images(
    images: Iterable[LoadedImage],
    samples: Sequence[Sample],
    predictor: Predictor,
    tally: Tally,
    told: Callable[[Prediction], None],
) -> None:
    """Calls ``told`` for every image, in the order of ``images``, after ``tally`` has counted it.

    All of it happens in the calling thread, which a signal's exception ends at once; ``tally`` then holds what was
    measured so far. Raises EngineError, also where a score is not finite.
    """
    with streams(predictor) as opened:
        loop = _Loop(samples, predictor.description.streams, opened, tally, told)
        packer = Packer(predictor.description.batch_size)
        for loaded in images:
            image = ScoredImage(loaded.index, loaded.weights, loaded.problem)
            loop.waiting.append(image)
            if loaded.views is not None:
                loop.submit_all(packer.add(image, loaded.views))
            loop.receive_ready()
        loop.submit_all(packer.rest())
        loop.finish()


@dataclass
class _Loop:
    samples: Sequence[Sample]
    width: int  # streams
    streams: Streams
    tally: Tally
    told: Callable[[Prediction], None]
    waiting: deque[ScoredImage] = field(default_factory=deque)  # in order, not yet told
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
        self._tell()

    def finish(self) -> None:
        while self.in_flight:
            self._receive(self.streams.received())
        self._tell()

    def _limit(self) -> int:
        # The first forward warms the engine up and is timed apart, so nothing else runs beside it.
        return self.width * _BATCHES_A_STREAM if self.tally.latency.views else 1

    def _receive(self, forwarded: Forwarded) -> None:
        self.in_flight -= 1
        self.tally.latency.add(forwarded.views, forwarded.milliseconds)
        forwarded.batch.keep(forwarded.scores)
        self._tell()

    def _tell(self) -> None:
        while self.waiting and not self.waiting[0].missing:
            image = self.waiting.popleft()
            prediction = self._prediction(image)
            self.tally.add(prediction)
            self.tally.time(time.perf_counter() - self.start)
            self.told(prediction)

    def _prediction(self, image: ScoredImage) -> Prediction:
        sample = self.samples[image.index]
        if image.problem is not None:
            return bad_prediction(image.index, sample, image.problem)
        summed = image.summed()
        if len(summed) != self.tally.classes:
            raise EngineError(
                f"{sample.name}: {len(summed)} scores; expected one for each of {self.tally.classes} classes"
            )
        check_finite(summed, sample.name)
        return prediction_of(image.index, sample, summed, image.weights, self.tally.subset)
