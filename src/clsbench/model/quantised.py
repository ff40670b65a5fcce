"""A network in int8: another network, whose ONNX file is quantised when an engine first requests it."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clsbench.model.classifier import Classifier
from clsbench.model.file_cache import FileCache
from clsbench.model.weights_file import sha256_of

log = logging.getLogger(__name__)


class Views(Protocol):
    """The views on which its ranges are measured."""

    @property
    def digest(self) -> str:
        """Identifies them."""

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Yields each view, as (1, channel, height, width)."""

    def __len__(self) -> int:
        """The number of views."""


@dataclass(frozen=True)
class Quantised:
    """``fp32`` quantised by ``quantise`` (which writes its second file from its first); satisfies Classifier.

    ``identity`` is everything that decides the result besides the network and the views; the two texts say it in words.
    """

    fp32: Classifier
    views: Views
    quantise: Callable[[Path, Path], None]
    identity: Mapping[str, Any]
    said: str  # about the calibration
    quantised_by: str  # the tool, and what it leaves in fp32
    cache: FileCache
    notify: Callable[[str], None]  # called when it is being made, which may take minutes
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the fp32 network."""
        return self.fp32.name

    @property
    def weights(self) -> Path | None:
        """The fp32 weights."""
        return self.fp32.weights

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of the fp32 network, and how it was calibrated if that is unusual."""
        return (*self.fp32.notes, *self.warnings)

    @property
    def input_rms(self) -> float:
        """As for the fp32 network."""
        return self.fp32.input_rms

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width)."""
        return self.fp32.input_shape

    @property
    def output(self) -> str:
        """The blob with the scores, which keeps its name."""
        return self.fp32.output

    @property
    def classes(self) -> int:
        """The number of scored classes."""
        return self.fp32.classes

    @property
    def network_sha256(self) -> str:
        """As for the fp32 network."""
        return self.fp32.network_sha256

    @property
    def weights_sha256(self) -> str:
        """As for the fp32 weights."""
        return self.fp32.weights_sha256

    @property
    def bvlc_text(self) -> str | None:
        """The prototxt of the fp32 network."""
        return self.fp32.bvlc_text

    def check(self) -> None:
        """Checks the fp32 network."""
        self.fp32.check()

    def onnx(self) -> Path:
        """The quantised file, made once and cached by content."""
        return self._onnx

    def prototxt(self) -> Path:
        """The file of the fp32 network: Caffe has no int8."""
        return self.fp32.prototxt()

    def caffemodel(self) -> Path:
        """The file of the fp32 network."""
        return self.fp32.caffemodel()

    @cached_property
    def _onnx(self) -> Path:
        source = self.fp32.onnx()
        parts = [sha256_of(source), self.fp32.weights_sha256, self.views.digest, self.identity]
        key = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
        return self.cache.kept(f"{key[:24]}-int8.onnx", lambda path: self._make(source, path))

    def _make(self, source: Path, path: Path) -> None:
        self.notify(f"{self.name}: quantising to int8 by {self.quantised_by}: {self.said}")
        self.quantise(source, path)
        log.info("%s: %.2f MiB, in fp32 %.2f", self.name, *(file.stat().st_size / 2**20 for file in (path, source)))
