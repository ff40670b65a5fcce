"""A user's own ONNX classifier at one crop size: what an engine that reads ONNX opens."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clsbench.errors import ConfigError, NetError
from clsbench.model.onnx_facts import OnnxFacts
from clsbench.model.weights_file import sha256_of


@dataclass(frozen=True)
class OnnxModel:
    """``weights`` is the ONNX file; ``size`` is the (height, width) of its views in pixels."""

    name: str
    weights: Path
    facts: OnnxFacts
    size: tuple[int, int]
    input_rms: float
    notes: tuple[str, ...] = ()
    bvlc_text: None = None

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width)."""
        return self.facts.channels, *self.size

    @property
    def output(self) -> str:
        """The tensor with the scores."""
        return self.facts.output

    @property
    def classes(self) -> int:
        """The number of scored classes."""
        return self.facts.classes

    @property
    def network_sha256(self) -> str:
        """Identifies the graph and the input size."""
        said = self.size[0] if self.size[0] == self.size[1] else self.size
        return hashlib.sha256(f"{self.facts.network_sha256} {said}".encode()).hexdigest()

    @cached_property
    def weights_sha256(self) -> str:
        """Identifies the file, including those in which it stores weights."""
        sums = [sha256_of(path) for path in self.facts.weight_files]
        return sums[0] if len(sums) == 1 else hashlib.sha256(" ".join(sums).encode()).hexdigest()

    def check(self) -> None:
        """Raises NetError if the file is made for views of another size."""
        own = (self.facts.height, self.facts.width)
        if any(side not in (None, wanted) for side, wanted in zip(own, self.size, strict=True)):
            height, width = ("any" if side is None else side for side in own)
            raise NetError(
                f"{self.weights}: it takes images of {height} x {width}, not of {self.size[0]} x {self.size[1]}; "
                f"give crop_size={height if height == width else f'[{height},{width}]'}"
            )

    def onnx(self) -> Path:
        """The user's file."""
        return self.weights

    def prototxt(self) -> Path:
        """Not available: raises ConfigError."""
        raise self._no_caffe_files()

    def caffemodel(self) -> Path:
        """Not available: raises ConfigError."""
        raise self._no_caffe_files()

    def _no_caffe_files(self) -> ConfigError:
        return ConfigError(
            f"engine=caffe model.onnx={self.weights}: Caffe does not read ONNX; choose another engine, or give "
            "model.prototxt and model.weights"
        )
