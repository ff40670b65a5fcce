"""Cuts a net down to its classifier: what only auxiliary outputs need is left out."""

from clsbench.caffe.net import Net
from clsbench.caffe.pruning import with_output


def with_main_output_only(net: Net) -> Net:
    """``net`` without the layers that its last Softmax does not depend on; ``net`` itself if all are needed.

    GoogLeNet's auxiliary classifiers are for training; they are published with it, and each is a separate output.
    """
    softmax = [layer for layer in net.layers if layer.type == "Softmax"]
    if not softmax:
        return net
    cut = with_output(net, softmax[-1].tops[0])
    return net if len(cut.layers) == len(net.layers) else cut
