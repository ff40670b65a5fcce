"""The number of views that one call should have on a CPU."""

from math import prod

from clsbench.engines.engine import Network

# Views of a small network share a batch until the batch has as many numbers as one view of SqueezeNet, whose time per
# view hardly depends on the batch.
_VALUES = 3 * 227 * 227
_LIMIT = 64


def cpu_batch(network: Network) -> int:
    """Views per call: 1 for networks that look at photographs."""
    return min(_LIMIT, max(1, _VALUES // prod(network.input_shape)))
