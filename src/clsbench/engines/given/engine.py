"""An engine that computes nothing: it returns the scores that some device computed from the files of task=inputs."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Description, Network
from clsbench.engines.given.call_times import read_call_times
from clsbench.engines.given.manifest import Manifest, read_manifest, view_sha256
from clsbench.engines.given.score_files import Encoding, digest_of, read_scores
from clsbench.engines.settings import check_counts
from clsbench.errors import ConfigError, EngineError

log = logging.getLogger(__name__)

_DTYPES = ("float32", "float16", "float64", "int8", "uint8", "int16", "uint16", "int32")


@dataclass
class Scores:
    """conf/engine/scores.yaml; the user names the device and the precision, and ``auto`` means "unknown"."""

    device: str
    precision: str
    path: str | None
    inputs: str | None
    dtype: str
    scale: float | None
    zero_point: int
    softmax: bool
    timings: str | None
    batch_size: int | None

    def __post_init__(self) -> None:
        check_counts({"batch_size": self.batch_size})
        if self.dtype not in _DTYPES:
            raise ConfigError(f"engine.dtype={self.dtype}: choose one of {', '.join(_DTYPES)}")
        if self.scale is not None and not self.scale > 0:
            raise ConfigError(f"engine.scale={self.scale}: give the output's scale, a number above 0")

    def identity(self) -> Mapping[str, str]:
        """The scores and their inputs, by content, and the times."""
        described = {"device": self._device}
        if self.path is not None:
            described |= {"scores": digest_of(self._scores), "inputs": read_manifest(self._inputs).digest}
        if self.timings is not None:
            described["timings"] = digest_of(_existing(self.timings, "engine.timings"))
        return described

    @contextmanager
    def open(self, network: Network) -> Iterator["ScoresPredictor"]:
        """All scores, read and checked."""
        manifest = read_manifest(self._inputs)
        if manifest.input_shape != network.input_shape:
            raise EngineError(
                f"{manifest.folder}: its views have shape {manifest.input_shape}, the network takes "
                f"{network.input_shape}; evaluate with the settings that task=inputs was run with"
            )
        encoding = Encoding(self.dtype, self.scale, self.zero_point, self.softmax)
        scores = read_scores(self._scores, manifest, network.classes, encoding)
        log.info("engine=scores: %d rows of scores from %s", len(scores), self._scores)
        yield ScoresPredictor(self._description(self.batch_size or manifest.layout.batch), manifest, scores)

    def measured(self) -> tuple[Description, Sequence[float]]:
        """Milliseconds of each call on the device, from ``timings``. Raises ConfigError without it."""
        if self.timings is None:
            raise ConfigError("task=time engine=scores: give the device's times as engine.timings=FILE.csv")
        return self._description(self.batch_size or 1), read_call_times(_existing(self.timings, "engine.timings"))

    @property
    def _device(self) -> str:
        return "unknown" if self.device == "auto" else self.device

    @property
    def _scores(self) -> Path:
        if self.path is None:
            raise ConfigError("engine=scores: give the device's scores as engine.path=FOLDER or FILE")
        return _existing(self.path, "engine.path")

    @property
    def _inputs(self) -> Path:
        if self.inputs is not None:
            return Path(self.inputs).expanduser()
        return self._scores if self._scores.is_dir() else self._scores.parent

    def _description(self, batch: int) -> Description:
        return Description("scores", {}, self._device, 1, 1, batch, self.precision, is_clocked=False)


@dataclass
class ScoresPredictor:
    """Looks up scores by a view's place in the manifest, after checking the view's checksum."""

    description: Description
    manifest: Manifest
    scores: NDArray[np.float32]
    next: int = 0
    places: dict[str, int] = field(default_factory=dict)  # the first row of each view, by checksum

    def __post_init__(self) -> None:
        for row in self.manifest.rows:
            self.places.setdefault(row.sha256, row.row)

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """The scores (batch, class) of views in the manifest; raises EngineError for any other view."""
        return self.scores[[self._row(view) for view in views]]

    def _row(self, view: NDArray[np.float32]) -> int:
        rows, digest, row = self.manifest.rows, view_sha256(view), self.next
        # The place is not the next one if an evaluation resumes or leaves out images. Equal views follow each other in
        # order.
        if row >= len(rows) or rows[row].sha256 != digest:
            row = self.places.get(digest, -1)
        if row < 0:
            expected = f"; the next in the manifest is {rows[self.next].title}" if self.next < len(rows) else ""
            raise EngineError(
                f"{self.manifest.folder}: a view is not among its {len(rows)}{expected}. Images, crop, sizes, "
                "preprocessing or OpenCV differ from those of task=inputs; manifest.json has its settings"
            )
        self.next = row + 1
        return row


def _existing(path: str, key: str) -> Path:
    found = Path(path).expanduser()
    if not found.exists():
        raise ConfigError(f"{key}={path}: no such file or folder")
    return found
