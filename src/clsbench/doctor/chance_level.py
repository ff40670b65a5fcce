"""What can be said if the given settings are right no more often than a guess, and no others are better."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Dataset
from clsbench.data.datasets.part import PartOfDataset, part_of
from clsbench.doctor.activations import LayerStatistics, first_complaint, statistics_of
from clsbench.doctor.bench import bench
from clsbench.doctor.candidate import State
from clsbench.doctor.decoded import DecodedDataset
from clsbench.doctor.examination import Examination
from clsbench.doctor.permutation import Matching, matching
from clsbench.doctor.trial import Trial
from clsbench.engines.onnxruntime.blobs import blobs

_IMAGES_A_LABEL = 10
_FEW = 3  # images per label, on average
_CLOSE = 0.9


@dataclass(frozen=True)
class Diagnosis:
    """Whether the labels are a permutation, and what the network's answers look like."""

    matching: Matching
    trial: Trial
    is_random: bool  # random weights, according to the given settings
    layers: Sequence[LayerStatistics]  # on two images; empty if the labels are a permutation

    @property
    def words(self) -> str:
        """After "given settings: 0.1 % right."."""
        if self.matching.is_permutation:
            where = " ".join(self.trial.overrides)
            return (
                f"No setting helps, but the labels look like a permutation of the classes: {self.matching.words}"
                f"{f' ({where})' if where else ''}. Pairs are in permutation.csv."
            )
        told = f"No setting helps: {self._answers}."
        complaint = first_complaint(self.layers)
        return f"{told} The first layer to look at in layers.csv: {complaint}." if complaint else told

    @property
    def _answers(self) -> str:
        if self.is_random:
            return "the weights are random"
        if self.trial.problem:
            return self.trial.problem
        answers = Counter(self.trial.best[:, 0].tolist())
        (most, count), images = answers.most_common(1)[0], len(self.trial.best)
        if count > images / 2:
            return (
                f"class {most} is the answer for {count} of {images} images, whatever they show: are the weights "
                "trained, and do they belong to this network?"
            )
        return (
            f"{len(answers)} different classes are predicted, with a mean probability of "
            f"{self.trial.confidence.mean():.3g}, but they have nothing to do with the labels: do the weights belong "
            "to this network, and were they trained on these classes?"
        )


def diagnosis(parts: Examination, given: State) -> Diagnosis:
    """The diagnosis from the trials so far; if labels occur too rarely to tell, from a sample of fewer classes."""
    trial = _surest(given.sight.trial, parts.bench.trials.values())
    labels, is_random = given.sight.labels, parts.model.weights is None
    found = matching(trial, labels, parts.cfg.seed)
    if len(labels) < _FEW * len(set(labels.tolist())) and (
        again := _repeated(parts.sample, len(labels), parts.cfg.seed)
    ):
        own = np.array([-1 if sample.label is None else sample.label for sample in again.samples])
        decoded = DecodedDataset(again, parts.model.input_shape[0])
        with bench(parts.cfg, decoded, [own], parts.model.classes) as opened:
            found = matching(opened.trial(trial.overrides), own, parts.cfg.seed)
    return Diagnosis(found, trial, is_random, () if found.is_permutation else _layers(parts, trial))


def _layers(parts: Examination, trial: Trial) -> Sequence[LayerStatistics]:
    """Statistics from the first two readable images of different classes."""
    network, views = parts.bench.network_and_views(trial.overrides)
    found: dict[int | None, NDArray[np.float32]] = {}
    for index, sample in enumerate(parts.sample.samples):
        if len(found) < 2 and sample.label not in found:
            with suppress(BadImageError):
                found[sample.label] = views.of_stored(parts.bench.dataset.read(index)).views[:1]
    if len(found) < 2:
        return ()
    both = np.concatenate(list(found.values()))
    return [statistics_of(blob.name, blob.values) for blob in blobs(network.onnx(), both)]


def _surest(given: Trial, trials: Iterable[Trial]) -> Trial:
    """The trial with many confident answers; the given one if it is close to that."""

    def confidence(trial: Trial) -> float:
        return len(set(trial.best[:, 0].tolist())) * float(trial.confidence.mean())

    surest = max(trials, key=confidence, default=given)
    return given if confidence(given) >= _CLOSE * confidence(surest) else surest


def _repeated(sample: PartOfDataset, count: int, seed: int) -> Dataset | None:
    """Images of few classes, several of each; None if no label occurs often enough."""
    random = np.random.default_rng(seed)
    by_label: dict[int | None, list[int]] = {}
    for index in random.permutation(len(sample.whole.samples)).tolist():
        by_label.setdefault(sample.whole.samples[index].label, []).append(index)
    chosen: list[int] = []
    for label, indices in by_label.items():
        if label is not None and len(indices) > 2 and len(chosen) < count:
            chosen += indices[:_IMAGES_A_LABEL]
    return part_of(sample.whole, sorted(chosen)) if chosen else None


def rows_of(matching: Matching) -> Sequence[tuple[int, int, int, int]]:
    """The rows of ``permutation.csv``, the most confident first."""
    ordered = sorted(matching.matches, key=lambda each: (-each.matched / each.images, -each.matched, each.label))
    return [(each.label, each.predicted, each.images, each.matched) for each in ordered]
