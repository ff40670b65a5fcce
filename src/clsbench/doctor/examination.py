"""One examination: the sample, its labels under every hypothesis, and the search over what the network sees."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from omegaconf import DictConfig

from clsbench.caffe.prototxt import data_layers
from clsbench.composition.network import classifier_of, net_of
from clsbench.composition.sizes import Pixels
from clsbench.data.datasets.part import PartOfDataset
from clsbench.data.size import Size
from clsbench.doctor.bench import Bench, bench
from clsbench.doctor.candidate import State
from clsbench.doctor.decoded import DecodedDataset
from clsbench.doctor.hypothesis import Hypothesis
from clsbench.doctor.labelling import Labelling, labellings
from clsbench.doctor.overridden import overridden
from clsbench.doctor.paired import Sight
from clsbench.doctor.search import Search
from clsbench.doctor.table import DENSE
from clsbench.doctor.view_plan import view_hypotheses
from clsbench.errors import DataError, EngineError, NetError
from clsbench.model.classifier import Classifier

SAMPLE = 200


@dataclass(frozen=True)
class Examination:
    """Everything that the search needs; the first of ``labellings`` is the given one."""

    cfg: DictConfig
    model: Classifier
    pixels: Pixels
    sample: PartOfDataset
    labellings: Sequence[Labelling]
    bench: Bench
    has_places: bool  # the network returns scores of many places, which model.dense combines

    def search(self, notify: Callable[[int], None]) -> Search:
        """The search, not yet begun."""
        return Search(self.bench, self.labellings, self.plan, notify)

    def given(self) -> State:
        """The given settings, tried. Raises DataError if no image can be read."""
        labelling, trial = self.labellings[0], self.bench.trial(())
        if not trial.problem and (trial.best < 0).all():
            raise DataError(f"{self.sample.name}: none of {len(trial.best)} images could be read")
        return State((), labelling, Sight(trial, labelling.labels, 0))

    def check(self) -> None:
        """Raises the given settings' error if nothing could be tried, except for scores that are not finite."""
        error = self.bench.errors.get(())
        if error is not None and not self.bench.trials and not isinstance(error, EngineError):
            raise error

    def plan(self, state: State) -> Sequence[Hypothesis]:
        """The hypotheses about views, each changing one factor of ``state``."""
        cfg = overridden(self.cfg, state.overrides)
        pixels = classifier_of(cfg)[1]
        return list(view_hypotheses(cfg, pixels, _native(cfg), has_places=self.has_places))


@contextmanager
def examination(cfg: DictConfig) -> Iterator[Examination]:
    """The parts; leaving closes the network. Raises ClsbenchError if nothing can be tried."""
    (model, pixels), has_places = _first_network(cfg)
    chosen, found = labellings(cfg, model.classes, cfg.sample or SAMPLE)
    decoded = DecodedDataset(chosen, model.input_shape[0])
    with bench(cfg, decoded, [each.labels for each in found], model.classes) as opened:
        yield Examination(cfg, model, pixels, chosen, found, opened, has_places)


def _first_network(cfg: DictConfig) -> tuple[tuple[Classifier, Pixels], bool]:
    """The network of the given settings, and whether it has places; if needed, with the first of ``DENSE``."""
    found = classifier_of(cfg)
    try:
        found[0].check()
    except NetError:
        if cfg.model.dense is not None or cfg.model.onnx is not None:
            raise
        found = classifier_of(overridden(cfg, [f"model.dense={DENSE[0]}"]))
        found[0].check()
        return found, True
    return found, cfg.model.dense is not None


def _native(cfg: DictConfig) -> Size | None:
    """The network's own input size, if its file states it."""
    if cfg.model.onnx is not None or cfg.model.sizes:
        own = cfg.model.sizes.get(cfg.size) if cfg.model.sizes else None
        return Size(own.crop_size, own.crop_size) if own else None
    if cfg.model.prototxt is not None and data_layers(Path(cfg.model.prototxt).expanduser()):
        return None
    shape = next(iter(net_of(cfg).inputs.values()))
    return Size(*shape[2:]) if len(shape) == 4 else None
