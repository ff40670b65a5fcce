"""Removes layers that do nothing at inference: Dropout, and Split, which only Caffe's memory management needs.

Silence stays, because it keeps its bottom from being an output; no engine runs it.
"""

from dataclasses import replace

from clsbench.caffe.net import Net

_NOOPS = {"Dropout", "Split"}


def drop_inference_noops(net: Net) -> Net:
    """``net`` without Dropout and Split, except if the top is an output or is written again later."""
    layers = [layer for layer in net.layers if layer.type not in _NOOPS or layer.tops != layer.bottoms]
    last_write = {top: index for index, layer in enumerate(layers) for top in layer.tops}
    read = {bottom for layer in layers for bottom in layer.bottoms}
    source: dict[str, str] = {}  # a removed layer's top -> the blob with the same content
    kept = []
    for index, layer in enumerate(layers):
        bottoms = tuple(source.get(bottom, bottom) for bottom in layer.bottoms)
        is_noop = layer.type in _NOOPS and read.issuperset(layer.tops)
        if is_noop and _share_content(bottoms[0], layer.tops, last_write, index=index):
            source.update(dict.fromkeys(layer.tops, bottoms[0]))
        else:
            kept.append(layer if bottoms == layer.bottoms else replace(layer, bottoms=bottoms))
    return replace(net, layers=tuple(kept))


def _share_content(bottom: str, tops: tuple[str, ...], last_write: dict[str, int], *, index: int) -> bool:
    """Whether bottom and tops have the same content from layer ``index`` on, because nothing overwrites them."""
    return all(last_write.get(blob, -1) <= index for blob in (bottom, *tops))
