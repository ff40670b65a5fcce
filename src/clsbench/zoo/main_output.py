"""A net cut down to its classifier: what only auxiliary outputs need is left out."""

from dataclasses import replace

from clsbench.caffe.net import Net


def with_main_output_only(net: Net) -> Net:
    """``net`` without the layers that its last Softmax does not depend on; ``net`` itself where all are needed.

    GoogLeNet's auxiliary classifiers serve training; they are published with it, and each is an output of its own.
    """
    softmax = [layer for layer in net.layers if layer.type == "Softmax"]
    if not softmax:
        return net
    needed = {softmax[-1].tops[0]}
    kept = []
    for layer in reversed(net.layers):
        if needed.isdisjoint(layer.tops):
            continue
        needed.difference_update(layer.tops)
        needed.update(layer.bottoms)
        kept.append(layer)
    return net if len(kept) == len(net.layers) else replace(net, layers=tuple(reversed(kept)))
