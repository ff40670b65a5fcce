"""An engine that is a user's program: started once and given one batch after another."""

import hashlib
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.batch import cpu_batch
from clsbench.engines.command.process import Runner
from clsbench.engines.engine import Description, Network
from clsbench.engines.settings import check_counts
from clsbench.errors import ConfigError, MissingEngineError
from clsbench.model.weights_file import sha256_of


@dataclass
class Command:
    """conf/engine/command.yaml; the user names the device and the precision, and ``auto`` means "unknown"."""

    device: str
    precision: str
    run: str | None
    timeout: float
    dtype: str
    layout: str
    batch_size: int | None

    def __post_init__(self) -> None:
        check_counts({"batch_size": self.batch_size})
        for key, choices in (("dtype", ("float32", "uint8")), ("layout", ("nchw", "nhwc"))):
            if getattr(self, key) not in choices:
                raise ConfigError(f"engine.{key}={getattr(self, key)}: choose {' or '.join(choices)}")
        if not self.timeout > 0:
            raise ConfigError(f"engine.timeout={self.timeout}: give the seconds that a batch may take, above 0")

    def identity(self) -> Mapping[str, str]:
        """The program and the files named in its command, by content."""
        digest = hashlib.sha256()
        for word in self._words():
            digest.update(word.encode() + b"\n")
            if (path := Path(shutil.which(word) or word)).is_file():
                digest.update(sha256_of(path).encode())
        return {"command": digest.hexdigest(), "device": self._device}

    @contextmanager
    def open(self, network: Network) -> Iterator["CommandPredictor | PixelTaker"]:
        """Starts the program; it ends with the block."""
        with tempfile.TemporaryDirectory(prefix="clsbench-") as folder, tempfile.TemporaryFile() as written:
            inputs, outputs = Path(folder, "inputs.bin"), Path(folder, "outputs.bin")
            words = [_filled(word, network, inputs, outputs) for word in self._words()]
            try:
                process = subprocess.Popen(
                    words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written, start_new_session=True
                )
            except OSError as error:
                raise MissingEngineError(f"engine.run: {words[0]} cannot be started: {error.strerror}") from error
            runner = Runner(process, written, inputs, outputs, network.classes, self.timeout)
            try:
                batch = self.batch_size or cpu_batch(network)
                description = Description("command", {}, self._device, 1, 1, batch, self.precision)
                of_inputs = CommandPredictor(description, runner, self.layout)
                yield PixelTaker(of_inputs) if self.dtype == "uint8" else of_inputs
            finally:
                runner.end()

    @property
    def _device(self) -> str:
        return "unknown" if self.device == "auto" else self.device

    def _words(self) -> list[str]:
        try:
            words = shlex.split(self.run or "")
        except ValueError as error:
            raise ConfigError(f"engine.run={self.run}: {error}") from error
        text = " ".join(words)
        if not words or "{inputs}" not in text or "{outputs}" not in text:
            raise ConfigError(
                f"engine.run={self.run}: give your program's command with {{inputs}} and {{outputs}}, such as "
                "engine.run='./runner {inputs} {outputs}'"
            )
        return words


@dataclass(frozen=True)
class CommandPredictor:
    """The open program."""

    description: Description
    runner: Runner
    layout: str
    dtype: str = "<f4"
    reverses: bool = False  # the channels, which come in the images' order

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        ordered = views[:, ::-1] if self.reverses else views
        if self.layout == "nhwc":
            ordered = ordered.transpose(0, 2, 3, 1)
        return self.runner.scores(np.ascontiguousarray(ordered, self.dtype))


@dataclass(frozen=True)
class PixelTaker:
    """The open program, given only 8-bit pixels; satisfies engines.engine.TakesPixels."""

    of_inputs: CommandPredictor

    @property
    def description(self) -> Description:
        """What is actually used."""
        return self.of_inputs.description

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:  # noqa: ARG002
        """Raises ConfigError: these are no longer pixels."""
        raise ConfigError(
            "engine.dtype=uint8: the network's inputs are not pixels here; uint8 needs an evaluation with "
            "crop=single, 8-bit images and a mean that is not an image; use engine.dtype=float32"
        )

    def of_pixels(self, table: NDArray[np.float32], *, rgb: bool) -> CommandPredictor:  # noqa: ARG002 - the program has its own
        """Passes on the pixels, before mean and scale, with their channels in the network's order."""
        return replace(self.of_inputs, dtype="u1", reverses=rgb)


def _filled(word: str, network: Network, inputs: Path, outputs: Path) -> str:
    """Fills in the command; the network's files are made if it asks for them."""
    word = word.replace("{inputs}", str(inputs)).replace("{outputs}", str(outputs))
    for name in ("onnx", "prototxt", "caffemodel"):
        if f"{{{name}}}" in word:
            word = word.replace(f"{{{name}}}", str(getattr(network, name)()))
    return word
