"""Chooses one of a net's heads by the name of its blob or layer."""

from difflib import get_close_matches

from clsbench.caffe.net import Net
from clsbench.caffe.pruning import with_output
from clsbench.errors import ConfigError


def with_head(net: Net, name: str) -> Net:
    """``net`` reduced to the blob, or to the layer's first top, called ``name``.

    Raises ConfigError if there is neither, listing the names that end in scores.
    """
    blobs = {top for layer in net.layers for top in layer.tops}
    by_layer = {layer.name: layer.tops[0] for layer in net.layers if layer.tops}
    blob = name if name in blobs else by_layer.get(name)
    if blob is None:
        near = get_close_matches(name, [*blobs, *by_layer], n=1)
        heads = [layer.tops[0] for layer in net.layers if layer.type == "Softmax"] or _unread(net)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(
            f"model.output={name}: the network has no such blob or layer; its heads: {', '.join(heads)}{meant}"
        )
    return with_output(net, blob)


def _unread(net: Net) -> list[str]:
    read = {bottom for layer in net.layers for bottom in layer.bottoms}
    return [top for layer in net.layers for top in layer.tops if top not in read]
