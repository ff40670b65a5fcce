"""What a data layer of a training file says: the shape of its images, and how they are prepared."""

from collections.abc import Iterator
from dataclasses import dataclass

from clsbench.caffe.field_values import bool_value, float_value, shape_value, string_value, whole_value
from clsbench.caffe.net import Shape
from clsbench.caffe.prototxt_layer import LayerBlock
from clsbench.caffe.textformat import Block, Entry

DATA_TYPES = {"Data", "DummyData", "HDF5Data", "ImageData", "MemoryData"}

# Files older than transform_param have its fields in the layer's own message (upgrade_proto.cpp moves them).
_TRANSFORM_MESSAGES = ("transform_param", "data_param", "image_data_param", "hdf5_data_param")


@dataclass(frozen=True)
class Transform:
    """(pixel - mean) x scale, as data_transformer.cpp computes it; ``mean`` is empty, one number, or one a channel."""

    mean: tuple[float, ...] = ()
    mean_file: str | None = None
    scale: float = 1.0
    mirror: bool = False


def transform_of(block: LayerBlock) -> Transform:
    """How the data layer prepares its images. Raises NetError where a field is wrong."""
    means = tuple(block.read(entry, float_value) for entry in _entries(block, "mean_value"))
    files = [block.read(entry, string_value) for entry in _entries(block, "mean_file")]
    scales = [block.read(entry, float_value) for entry in _entries(block, "scale")]
    mirrors = [block.read(entry, bool_value) for entry in _entries(block, "mirror")]
    return Transform(means, files[-1] if files else None, (scales or [1.0])[-1], (mirrors or [False])[-1])


def image_shape(block: LayerBlock, found: str) -> Shape:
    """(1, channel, height, width) of the images of a data layer of type ``found``; NetError where it does not say."""
    if found == "DummyData":
        return _dummy_shape(block)
    whole = {
        name: block.read(entry, whole_value)
        for name in ("crop_size", "new_height", "new_width", "channels", "height", "width")
        for entry in _entries(block, name)
    }
    if found == "MemoryData" and {"channels", "height", "width"} <= set(whole):
        return 1, whole["channels"], whole["height"], whole["width"]
    channels = 1 if _is_grey(block) else 3
    if crop := whole.get("crop_size"):
        return 1, channels, crop, crop
    if whole.get("new_height") and whole.get("new_width"):
        return 1, channels, whole["new_height"], whole["new_width"]
    raise block.error(
        None,
        f"the size of this {found} layer's images stands in its data alone; write transform_param "
        "{ crop_size: ... } with that size into it, or give the deploy prototxt",
    )


def _is_grey(block: LayerBlock) -> bool:
    forced = [block.read(entry, bool_value) for entry in _entries(block, "force_gray")]
    in_colour = [block.read(entry, bool_value) for entry in _entries(block, "is_color")]
    return any(forced) or not all(in_colour)


def _dummy_shape(block: LayerBlock) -> Shape:
    shapes = [block.read(entry, shape_value) for entry in _entries(block, "shape")]
    if shapes:
        return shapes[0]
    names = ("num", "channels", "height", "width")
    sizes = [next((block.read(entry, whole_value) for entry in _entries(block, name)), 0) for name in names]
    if not all(sizes):
        raise block.error(None, "give dummy_data_param { shape { dim ... } } for its images")
    return tuple(sizes)


def _entries(block: LayerBlock, field: str) -> Iterator[Entry]:
    messages = (*_TRANSFORM_MESSAGES, "memory_data_param", "dummy_data_param")
    for message in block.entries(*messages):
        if not isinstance(message.value, Block):
            raise block.error(message, "must be a block")
        yield from (entry for entry in message.value.entries if entry.name == field)
