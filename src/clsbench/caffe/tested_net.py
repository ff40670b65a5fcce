"""A training file's TEST net as a classifier: its data layer becomes the input; losses, accuracies and labels go."""

from collections.abc import Set
from dataclasses import dataclass, field, replace

from clsbench.caffe.data_layer import DATA_TYPES, ImageSizeError, image_shape
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.prototxt_layer import LayerBlock, check_fields, input_shapes, layer_of, params_of, written_type

# These compute a Softmax of their first bottom (softmax_loss_layer.cpp, infogain_loss_layer.cpp of BVLC Caffe 1.0).
_WITH_SOFTMAX = {"SoftmaxWithLoss", "InfogainLoss"}
_LEAVING = {
    "Accuracy",
    "ContrastiveLoss",
    "EuclideanLoss",
    "HDF5Output",
    "HingeLoss",
    "MultinomialLogisticLoss",
    "SigmoidCrossEntropyLoss",
    *_WITH_SOFTMAX,
}


def _without_unread(layer: Layer, read: Set[str]) -> Layer:
    """A Split without the tops that only removed layers read; they would look like outputs."""
    tops = tuple(top for top in layer.tops if top in read)
    return replace(layer, tops=tops) if layer.type == "Split" and tops else layer


@dataclass
class TestedNet:
    """A net, while its layers are read one by one."""

    inputs: dict[str, Shape]
    images: Shape | None = None  # of the data: what the data layer does not state
    layers: list[Layer] = field(default_factory=list)
    _labels: set[str] = field(default_factory=set)
    _is_for_training: bool = False

    def add(self, block: LayerBlock) -> None:
        """Adds the next layer of the TEST net. Raises NetError if it is wrong, or belongs to another task."""
        found = written_type(block)
        if found == "Input":
            self._add_inputs(block, input_shapes(block))
        elif found in DATA_TYPES:
            self._add_data(block, found)
        elif found in _LEAVING:
            self._leave(block, found)
        elif self._labels.intersection(block.strings("bottom")):
            self._labels.update(block.strings("top"))
        else:
            self.layers.append(layer_of(block))

    def net(self, name: str) -> Net:
        """The classifier; for a training file, without the inputs that only removed layers read."""
        read = {bottom for layer in self.layers for bottom in layer.bottoms}
        kept = {blob: shape for blob, shape in self.inputs.items() if blob in read or not self._is_for_training}
        layers = (_without_unread(layer, read) for layer in self.layers) if self._is_for_training else self.layers
        return Net(name, kept, tuple(layers))

    def _add_inputs(self, block: LayerBlock, shapes: dict[str, Shape]) -> None:
        for name, shape in shapes.items():
            if name in self.inputs:
                raise block.error(None, f"writes input '{name}', which the file gives already; keep one of them")
            self.inputs[name] = shape

    def _add_data(self, block: LayerBlock, found: str) -> None:
        check_fields(block, found)
        tops = block.strings("top")
        if not tops:
            raise block.error(None, f"a {found} layer writes at least one blob, but has no top")
        self._is_for_training = True
        self._add_inputs(block, {tops[0]: self._image_shape(block, found)})
        self._labels.update(tops[1:])

    def _image_shape(self, block: LayerBlock, found: str) -> Shape:
        try:
            batch, channels, *sizes = image_shape(block, found)
        except ImageSizeError:
            if self.images is None:
                raise
            return self.images
        if found == "Data" and self.images is not None:
            channels = self.images[1]  # those of a database, whereas an ImageData layer decodes to three or one
        return batch, channels, *sizes

    def _leave(self, block: LayerBlock, found: str) -> None:
        check_fields(block, found)
        self._is_for_training = True
        bottoms, tops = block.strings("bottom"), block.strings("top")
        self._labels.update(tops[:1] if found in _WITH_SOFTMAX else tops)
        if found not in _WITH_SOFTMAX or not bottoms:
            return
        params = params_of(block, "Softmax")
        if not any(layer.type == "Softmax" and layer.bottoms == bottoms[:1] for layer in self.layers):
            top = tops[1] if len(tops) > 1 else self._free(block.name or "prob")
            self.layers.append(Layer(block.name, "Softmax", bottoms[:1], (top,), params, line=block.block.line))

    def _free(self, name: str) -> str:
        taken = {*self.inputs, *self._labels, *(top for layer in self.layers for top in layer.tops)}
        while name in taken:
            name += "_prob"
        return name
