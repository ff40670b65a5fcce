"""Maps the nodes of a runtime's graph to the Caffe layers from which they were exported."""

from collections.abc import Iterable, Mapping

from clsbench.engines.timed import LayerTime


def by_caffe_layer(times: Iterable[LayerTime], types: Mapping[str, str]) -> list[LayerTime]:
    """``times`` summed over the nodes of each Caffe layer, with its type; ``types`` maps layer name -> type.

    A node into which several layers were fused has the name of the first. A node that the runtime added itself keeps
    its own name and operator.
    """
    summed: dict[str, LayerTime] = {}
    for time in times:
        name = _layer_of(time.layer, types)
        if name is None:
            name, kind = time.layer, time.type
        else:
            kind = types[name]
        before = summed.get(name, LayerTime(name, kind, 0.0))
        backward = [ms for ms in (before.backward_ms, time.backward_ms) if ms is not None]
        summed[name] = LayerTime(name, kind, before.forward_ms + time.forward_ms, sum(backward) if backward else None)
    return list(summed.values())


def _layer_of(node: str, types: Mapping[str, str]) -> str | None:
    # If a layer takes several nodes, the exporter calls them LAYER, LAYER/Reshape and so on.
    name = node
    while name not in types:
        name, slash, _ = name.rpartition("/")
        if not slash:
            return None
    return name
