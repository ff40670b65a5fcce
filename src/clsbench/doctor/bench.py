"""Tries hypotheses: each distinct one costs one forward per image, and is remembered."""

import json
import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.images import view_maker_of
from clsbench.composition.network import classifier_of
from clsbench.composition.parts import check_channels, check_engine
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.composition.settings import config_errors
from clsbench.composition.sizes import Pixels
from clsbench.composition.surroundings import engine_of
from clsbench.data.crop import ViewMaker
from clsbench.data.loader import loaded
from clsbench.data.preprocessing import Preprocessing
from clsbench.doctor.decoded import DecodedDataset
from clsbench.doctor.overridden import overridden
from clsbench.doctor.trial import Trial, fill, forwards, unseen
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import Predictor
from clsbench.errors import ClsbenchError, MissingEngineError
from clsbench.model.classifier import Classifier

log = logging.getLogger(__name__)


@dataclass
class Bench:
    """``labels`` are those of each labelling (image,); at most one network is open at a time."""

    cfg: DictConfig
    dataset: DecodedDataset
    labels: Sequence[NDArray[np.int64]]
    classes: int
    stack: ExitStack
    trials: dict[str, Trial] = field(default_factory=dict)  # keyed by what can change the scores
    asked: dict[tuple[str, ...], Trial] = field(default_factory=dict)
    errors: dict[tuple[str, ...], ClsbenchError] = field(default_factory=dict)
    networks: dict[str, Classifier] = field(default_factory=dict)
    sized: dict[str, tuple[Classifier, Pixels]] = field(default_factory=dict)  # keyed by what decides sizes and outputs
    opened: tuple[str, Predictor] | None = None

    def trial(self, overrides: tuple[str, ...]) -> Trial:
        """The network's answers under ``overrides``; a trial with a problem if they do not work."""
        if overrides not in self.asked:
            self.asked[overrides] = self._trial(overrides)
        return self.asked[overrides]

    def _trial(self, overrides: tuple[str, ...]) -> Trial:
        cfg = overridden(self.cfg, overrides)
        try:
            with config_errors():
                network, views = self.network_and_views(overrides)
                identity = identity_of(cfg, network, views)
                if identity not in self.trials:
                    self.trials[identity] = self._tried(cfg, overrides, network, views)
                return self.trials[identity]
        except MissingEngineError:
            raise
        except ClsbenchError as error:
            self.errors[overrides] = error
            problem = str(error).partition("\n")[0]
            log.info("%s: not tried: %s", " ".join(overrides) or "given settings", problem)
            return self._unseen(overrides, problem)

    def network_and_views(self, overrides: tuple[str, ...]) -> tuple[Classifier, ViewMaker]:
        """The network, whose weights are read once per size, and the maker of its views. Raises ClsbenchError."""
        cfg = overridden(self.cfg, overrides)
        key = _network_key(cfg)
        if key not in self.sized:
            network, pixels = classifier_of(cfg)
            self.sized[key] = self.networks.setdefault(network.network_sha256, network), pixels
        known, pixels = self.sized[key]
        known.check()
        check_channels(known, self.dataset)
        return known, view_maker_of(cfg, pixels, known.input_shape[0])

    def _tried(self, cfg: DictConfig, overrides: tuple[str, ...], network: Classifier, views: ViewMaker) -> Trial:
        trial = self._unseen(overrides)
        with closing(self.scored(cfg, network, views, range(len(self.dataset.samples)))) as scored:
            fill(trial, scored, self.labels)
        return trial

    def scored(
        self, cfg: DictConfig, network: Classifier, views: ViewMaker, indices: Sequence[int]
    ) -> Generator[tuple[int, NDArray[np.float32]], None, None]:
        """The scores of the readable images among these, by index."""
        predictor = self._predictor(cfg, network)
        workers = cfg.workers or available_cores()
        with loaded(self.dataset, indices, views.of_stored, workers=workers, ahead=2 * workers) as images:
            yield from forwards(images, self.dataset.samples, predictor)

    def _predictor(self, cfg: DictConfig, network: Classifier) -> Predictor:
        if self.opened is None or self.opened[0] != network.network_sha256:
            engine = engine_of(cfg)
            check_engine(engine, network)
            self.stack.close()
            self.opened = network.network_sha256, self.stack.enter_context(engine.open(network))
        return self.opened[1]

    def _unseen(self, overrides: tuple[str, ...], problem: str = "") -> Trial:
        return unseen(overrides, (len(self.labels), len(self.dataset.samples)), self.classes, problem)


@contextmanager
def bench(
    cfg: DictConfig, dataset: DecodedDataset, labels: Sequence[NDArray[np.int64]], classes: int
) -> Iterator[Bench]:
    """A bench that closes its network on leaving."""
    with ExitStack() as stack:
        yield Bench(cfg, dataset, labels, classes, stack)


def _network_key(cfg: DictConfig) -> str:
    """Everything in a hypothesis that affects the network and its sizes: reading and fitting it again takes long."""
    return " ".join(str(each) for each in (cfg.crop_size, cfg.base_size, cfg.resize, cfg.model.output, cfg.model.dense))


def identity_of(cfg: DictConfig, network: Classifier, views: ViewMaker) -> str:
    """Everything that can change the scores: hypotheses with the same identity are one."""
    numbers = views.preprocessing
    preprocessing = repr(numbers) if isinstance(numbers, Preprocessing) else preprocessing_identity(cfg)
    resize, crop = (OmegaConf.to_container(cfg[group], resolve=True) for group in ("resize", "crop"))
    parts = [preprocessing, cfg.model.channel_order, resize, crop, [views.crop.crop_size, views.crop.base_size]]
    parts += [network.network_sha256, network.weights_sha256]
    return json.dumps(parts, sort_keys=True, default=str)
