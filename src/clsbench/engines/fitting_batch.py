"""Runs a batch that does not fit in memory in smaller parts, and all later batches as well."""

import logging
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Description
from clsbench.errors import EngineError

log = logging.getLogger(__name__)

# ONNX Runtime: "Failed to allocate memory for requested buffer"; OpenVINO: "Failed to allocate 9 bytes", "can't alloc";
# PyTorch: "can't allocate memory", "CUDA out of memory"; OpenCV: "Insufficient memory"; cuBLAS: …_STATUS_ALLOC_FAILED.
# cuDNN 9: …_DEVICE_ALLOCATION_FAILED. PyTorch also says "unable to find an engine" if no algorithm of cuDNN has room
# for its workspace (Conv_v8.cpp).
_TOO_LITTLE = re.compile(
    r"(failed to|can't) alloc|out of memory|insufficient memory|bad_alloc|_ALLOC(ATION)?_FAILED"
    r"|unable to find an engine",
    re.IGNORECASE,
)

Scores: TypeAlias = NDArray[np.float32]


class Sliceable(Protocol):
    """Views in any form; a part of them has the same form."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Any: ...


V = TypeVar("V", bound=Sliceable)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a runtime's ``error``, or the one during which it was raised, means that it ran out of memory."""
    # PyTorch's end of a CUDA graph raises an error of its own about a recording that was broken off.
    during = error.__context__
    return bool(_TOO_LITTLE.search(str(error))) or (during is not None and is_out_of_memory(during))


@dataclass
class FittingBatch:
    """``description`` has the batch size that fits; several threads may call at once."""

    description: Description
    limit: int = sys.maxsize  # views that may fit in memory at once

    def scores(self, views: V, attempt: Callable[[V], Scores | None]) -> Scores:
        """Scores (batch, class), in as many attempts as needed; an attempt is None if memory was too small.

        Raises EngineError if a single view is too much.
        """
        parts: list[Scores] = []
        done = 0
        while done < len(views) or not parts:
            part = views[done : done + self.limit]
            scores = attempt(part)
            if scores is None:
                self._take_less_than(len(part))
            else:
                parts.append(scores)
                done += len(part)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _take_less_than(self, views: int) -> None:
        used = self.description
        if views <= 1:
            raise EngineError(f"engine={used.engine}: {used.device} has too little memory for a single view")
        self.limit = min(self.limit, views // 2)
        self.description = replace(used, batch_size=min(used.batch_size, self.limit))
        log.warning(
            "engine=%s: %s has too little memory for %d views at once; continuing with %d",
            *(used.engine, used.device, views, self.limit),
        )
