"""Where a network runs: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``."""

import re
from dataclasses import dataclass

from clsbench.errors import ConfigError


@dataclass(frozen=True)
class Device:
    """The requested device: ``auto`` means the GPU if the runtime can use one, else the CPU."""

    kind: str  # auto | cpu | cuda
    index: int = 0

    @property
    def may_be_cuda(self) -> bool:
        """Whether a GPU should be tried."""
        return self.kind != "cpu"

    @property
    def must_be_cuda(self) -> bool:
        """Whether running on the CPU instead would be wrong."""
        return self.kind == "cuda"


def parse_device(text: str) -> Device:
    """The device that ``text`` names; raises ConfigError."""
    match = re.fullmatch(r"(auto|cpu|cuda)|cuda:(\d+)", text)
    if not match:
        raise ConfigError(
            f"device={text}: give auto, cpu, cuda or cuda:N, such as cuda:1; of an evaluation also several GPUs, "
            "cuda:0,1 or all"
        )
    return Device(match[1] or "cuda", int(match[2] or 0))
