"""Turns OpenVINO's performance counters into the time of every node of the source ONNX file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onnx import GraphProto

from clsbench.engines.timed import LayerTime


@dataclass(frozen=True)
class Counter:
    """The time of one node of OpenVINO's graph in one run."""

    node: str
    type: str
    milliseconds: float


def counters(profiling_info: Iterable[Any]) -> list[Counter]:
    """The nodes that were run, in order; nodes fused into others are not run."""
    return [
        Counter(info.node_name, info.node_type, 1000 * info.real_time.total_seconds())
        for info in profiling_info
        if info.status == info.status.EXECUTED
    ]


def origins_of(runtime_model: Any) -> Mapping[str, Sequence[str]]:
    """For each node name in OpenVINO's graph: the nodes it was made from, in the order in which they run."""
    origins = {}
    for operation in runtime_model.get_ordered_ops():
        names = operation.get_rt_info()["originalLayersNames"]
        origins[operation.get_friendly_name()] = str(getattr(names, "value", names)).split(",")
    return origins


def in_int8(runtime_model: Any) -> tuple[int, int]:
    """How many layers with weights run in int8, and how many there are."""
    kinds = ("Convolution", "FullyConnected", "Deconvolution")
    precisions = [
        _runtime_info(operation, "runtimePrecision")
        for operation in runtime_model.get_ordered_ops()
        if _runtime_info(operation, "layerType") in kinds
    ]
    return sum(each in ("i8", "u8") for each in precisions), len(precisions)


def _runtime_info(operation: Any, key: str) -> str:
    value = operation.get_rt_info()[key]
    return str(getattr(value, "value", value))


def nodes_of(graph: GraphProto) -> Mapping[str, str]:
    """The ONNX file's nodes by name and by output name; OpenVINO names the last one after its output."""
    by_output = {output: node.name for node in graph.node for output in node.output}
    return by_output | {node.name: node.name for node in graph.node}


def node_times(
    runs: Sequence[Sequence[Counter]], origins: Mapping[str, Sequence[str]], nodes: Mapping[str, str]
) -> list[LayerTime]:
    """Mean milliseconds per run, by the ONNX file's names; a node made from several has the name of the first.

    Nodes that OpenVINO added itself are summed by type, such as Reorder.
    """
    totals: dict[tuple[str, str], float] = {}
    for run in runs:
        for each in run:
            found = next((nodes[name] for name in (*origins.get(each.node, ()), each.node) if name in nodes), each.type)
            totals[found, each.type] = totals.get((found, each.type), 0.0) + each.milliseconds
    return [LayerTime(name, kind, total / len(runs)) for (name, kind), total in totals.items()]
