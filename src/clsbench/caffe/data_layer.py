"""What a training file's data layer says: the shape of its images, and how they are prepared."""

from collections.abc import Iterator
from dataclasses import dataclass

from clsbench.caffe.field_values import bool_value, float_value, shape_value, string_value, whole_value
from clsbench.caffe.net import Shape
from clsbench.caffe.prototxt_layer import LayerBlock
from clsbench.caffe.textformat import Block, Entry, Node
from clsbench.errors import NetError


class ImageSizeError(NetError):
    """The data layer does not state the size of its images."""


DATA_TYPES = {"Data", "DummyData", "HDF5Data", "ImageData", "MemoryData"}

# Files older than transform_param have its fields in the layer's own message (upgrade_proto.cpp moves them).
_TRANSFORM_MESSAGES = ("transform_param", "data_param", "image_data_param", "hdf5_data_param")


@dataclass(frozen=True)
class Transform:
    """(pixel - mean) x scale, as data_transformer.cpp computes it; ``mean``: empty, one number, or one per channel."""

    mean: tuple[float, ...] = ()
    mean_file: str | None = None
    scale: float = 1.0
    mirror: bool = False


@dataclass(frozen=True)
class ImageSource:
    """Where a data layer reads its images, and the ``height`` and ``width`` that it resizes them to, 0 for none."""

    kind: str  # lmdb | leveldb | list | hdf5; empty if the program that uses Caffe supplies the images
    path: str | None = None
    root_folder: str = ""
    height: int = 0
    width: int = 0
    arrays: tuple[str, ...] = ()  # for HDF5 files: the tops, which name the arrays of images and labels


@dataclass(frozen=True)
class DataLayer:
    """The facts about images stated by a data layer."""

    source: ImageSource
    transform: Transform
    is_grey: bool  # whether it converts images to grey


def data_layer_of(block: LayerBlock, found: str) -> DataLayer:
    """The data layer of type ``found``. Raises NetError if a field is wrong."""
    return DataLayer(_source_of(block, found), transform_of(block), _is_grey(block))


def _source_of(block: LayerBlock, found: str) -> ImageSource:
    kind = {"ImageData": "list", "HDF5Data": "hdf5"}.get(found, "")
    if found == "Data":
        backends = [block.read(entry, _word) for entry in _entries(block, "backend")]
        # caffe.proto of BVLC Caffe 1.0: LEVELDB = 0 is the default, LMDB = 1
        kind = "lmdb" if backends and backends[-1] in ("LMDB", "1") else "leveldb"
    paths = [block.read(entry, string_value) for entry in _entries(block, "source")]
    roots = [block.read(entry, string_value) for entry in _entries(block, "root_folder")]
    sizes = {
        name: block.read(entry, whole_value)
        for name in ("new_height", "new_width")
        for entry in _entries(block, name)
        if found == "ImageData"
    }
    return ImageSource(
        kind,
        paths[-1] if paths else None,
        roots[-1] if roots else "",
        sizes.get("new_height", 0),
        sizes.get("new_width", 0),
        block.strings("top") if kind == "hdf5" else (),
    )


def transform_of(block: LayerBlock) -> Transform:
    """How the data layer prepares its images. Raises NetError if a field is wrong."""
    means = tuple(block.read(entry, float_value) for entry in _entries(block, "mean_value"))
    files = [block.read(entry, string_value) for entry in _entries(block, "mean_file")]
    scales = [block.read(entry, float_value) for entry in _entries(block, "scale")]
    mirrors = [block.read(entry, bool_value) for entry in _entries(block, "mirror")]
    return Transform(means, files[-1] if files else None, (scales or [1.0])[-1], (mirrors or [False])[-1])


def image_shape(block: LayerBlock, found: str) -> Shape:
    """(1, channel, height, width) of the images of a data layer of type ``found``.

    Raises ImageSizeError if it does not state them, NetError for a wrong field.
    """
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
    said = block.error(
        None,
        f"the size of this {found} layer's images is known only from its data; add transform_param "
        "{ crop_size: ... } with that size, or give the deploy prototxt",
    )
    raise ImageSizeError(str(said))


def _word(node: Node) -> str:
    if isinstance(node, Block):
        raise ValueError("must be a word")  # noqa: TRY004 -- one class, as for every wrong text
    return node.text


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
