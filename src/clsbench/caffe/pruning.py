"""Removes the layers that a net's output does not need, such as the side classifiers of GoogLeNet."""

from dataclasses import replace

from clsbench.caffe.net import Net
from clsbench.errors import NetError


def with_output(net: Net, output: str) -> Net:
    """``net`` reduced to what blob ``output`` needs; raises NetError if no layer writes that blob.

    Attach weights first: those of the removed layers are surplus afterwards.
    """
    needed, kept = {output}, []
    for layer in reversed(net.layers):
        if needed.isdisjoint(layer.tops):
            continue
        kept.append(layer)
        # a layer that works in place writes its bottom, which then also has a writer further up
        needed.difference_update(layer.tops)
        needed.update(layer.bottoms)
    if not kept:
        raise NetError(f"network '{net.name}': no layer writes blob '{output}'; give the name of one of its outputs")
    return replace(net, layers=tuple(reversed(kept)))
