"""Turns ONNX Runtime's profile into the time of every node, by the names in the ONNX file."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clsbench.engines.timed import LayerTime

_KERNEL = "_kernel_time"
# Its layout transformation appends this suffix to a node that works on blocks of channels (nchwc_transformer.cc).
_BLOCKED = "_nchwc"
# An activation that was fused into the node before it (gemm_activation_fusion.cc).
_FUSED = "fused "
# Nodes that it adds are numbered; here they are counted together.
_NUMBER = re.compile(r"_token_\d+$")
_MICROSECONDS = 1000  # per millisecond


def node_times(profile: Path, warmup: int) -> Sequence[LayerTime]:
    """Mean milliseconds per run of every node, in their order; the first ``warmup`` runs are left out."""
    events: list[dict[str, Any]] = json.loads(profile.read_text(encoding="utf-8"))
    runs = sorted(event["ts"] for event in events if event["name"] == "model_run")[warmup:]
    kernels = [event for event in events if event["name"].endswith(_KERNEL) and event["ts"] >= runs[0]]
    totals: dict[tuple[str, str], float] = {}
    for event in sorted(kernels, key=lambda event: float(event["ts"])):
        key = _name(event), str(event["args"]["op_name"])
        totals[key] = totals.get(key, 0.0) + event["dur"]
    return [LayerTime(name, kind, total / _MICROSECONDS / len(runs)) for (name, kind), total in totals.items()]


def _name(event: Mapping[str, Any]) -> str:
    node = _NUMBER.sub("", str(event["name"]).removesuffix(_KERNEL))
    return node.removesuffix(_BLOCKED).removeprefix(_FUSED)
