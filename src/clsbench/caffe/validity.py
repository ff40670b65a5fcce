"""Requirements that do not depend on shapes: bottoms exist, a top has one writer, names are unambiguous."""

from clsbench.caffe.arity import ARITIES
from clsbench.caffe.blob_shapes import TYPES_WITH_WEIGHTS
from clsbench.caffe.net import Layer, Net
from clsbench.caffe.schema import LAYER_TYPES
from clsbench.caffe.settings import flag
from clsbench.errors import NetError


def check_net(net: Net) -> None:
    """Raises NetError naming the first layer that violates Caffe's rules for building nets."""
    if not net.inputs:
        raise NetError(f"network '{net.name}' has no input; give input and input_dim, or an Input layer")
    written = dict.fromkeys(net.inputs, "the input")
    for layer in net.layers:
        _check_type(layer)
        _check_counts(layer)
        _check_bottoms(layer, net, written)
        _check_tops(layer, written)
        _check_settings(layer)
    _check_names(net)


def _check_type(layer: Layer) -> None:
    if layer.type not in LAYER_TYPES:
        raise NetError(f"{layer}: this layer type is unknown; known types are {', '.join(sorted(LAYER_TYPES))}")


def _check_counts(layer: Layer) -> None:
    arity = ARITIES[layer.type]
    for what, names, (least, most) in (("bottom", layer.bottoms, arity.bottoms), ("top", layer.tops, arity.tops)):
        if least <= len(names) <= most:
            continue
        wanted = f"{least}" if least == most else f"at least {least}" if len(names) < least else f"at most {most}"
        raise NetError(f"{layer}: has {len(names)} {what}s, but takes {wanted}")


def _check_bottoms(layer: Layer, net: Net, written: dict[str, str]) -> None:
    for bottom in layer.bottoms:
        if bottom in written:
            continue
        later = [other for other in net.layers if bottom in other.tops]
        if not later:
            raise NetError(
                f"{layer}: reads blob '{bottom}', which no layer writes and which is not an input; check its name"
            )
        if later[0] is layer:
            raise NetError(f"{layer}: reads blob '{bottom}', which only this layer writes; a net cannot have a cycle")
        raise NetError(
            f"{layer}: reads blob '{bottom}' before {later[0]} writes it; put the layers in the order in which they run"
        )


def _check_tops(layer: Layer, written: dict[str, str]) -> None:
    for index, top in enumerate(layer.tops):
        in_place = layer.bottoms[index : index + 1] == (top,)
        if in_place and (index > 0 or not ARITIES[layer.type].in_place):
            raise NetError(
                f"{layer}: writes blob '{top}' over its own bottom; this type cannot, so give the top another name"
            )
        if not in_place and top in written:
            raise NetError(
                f"{layer}: writes blob '{top}', which {written[top]} writes already; give the top another name"
            )
        written[top] = str(layer)


def _check_settings(layer: Layer) -> None:
    if layer.type == "BatchNorm" and not flag(layer, "use_global_stats"):
        raise NetError(
            f"{layer}: use_global_stats: false makes an image's scores depend on the others in its batch; "
            "give true, or leave it out of a deploy file"
        )


def _check_names(net: Net) -> None:
    by_name: dict[str, list[Layer]] = {}
    for layer in net.layers:
        by_name.setdefault(layer.name, []).append(layer)
    for layers in by_name.values():
        # Caffe accepts these, but then gives the weights to the first layer with the name, whichever it is
        if len(layers) > 1 and any(layer.type in TYPES_WITH_WEIGHTS for layer in layers):
            raise NetError(
                f"{layers[1]}: {layers[0]} has the same name, and weights are matched by name; rename one of them"
            )
