"""A doctor's bench that puts each image through a network under a hypothesis once in all examinations of a process."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig

from clsbench.data.crop import ViewMaker
from clsbench.doctor.bench import Bench, identity_of
from clsbench.model.classifier import Classifier

Scores = NDArray[np.float32]

_KNOWN: dict[tuple[str, bytes], Scores] = {}  # by the hypothesis with its network, and the image's file


@dataclass
class RememberingBench(Bench):
    """Whatever the labels and the names of the images are: the scores depend on neither."""

    digests: dict[int, bytes] = field(default_factory=dict)  # of the images' files, by the image's index

    def scored(
        self, cfg: DictConfig, network: Classifier, views: ViewMaker, indices: Sequence[int]
    ) -> Generator[tuple[int, Scores], None, None]:
        """Those that are known already first."""
        identity = identity_of(cfg, network, views)
        keys = {index: (identity, self._digest(index)) for index in indices}
        missing = [index for index in indices if keys[index] not in _KNOWN]
        for index in indices:
            if index not in missing:
                yield index, _KNOWN[keys[index]]
        for index, scores in super().scored(cfg, network, views, missing) if missing else ():
            _KNOWN[keys[index]] = scores.copy()
            yield index, scores

    def _digest(self, index: int) -> bytes:
        if index not in self.digests:
            stored = self.dataset.whole.read(index)
            assert isinstance(stored, bytes)
            self.digests[index] = sha256(stored).digest()
        return self.digests[index]
