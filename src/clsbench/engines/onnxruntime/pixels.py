"""An ONNX file that takes 8-bit pixels: nodes before its input look up the network's numbers on the device."""

from dataclasses import dataclass, field, fields
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from clsbench.engines.onnx_file import loaded_onnx
from clsbench.engines.onnxruntime.predictor import OnnxPredictor
from clsbench.engines.quantisation import input_of

_PIXELS = "clsbench_pixels"


def with_lookup(model: ModelProto, table: NDArray[np.float32], *, rgb: bool) -> ModelProto:
    """``model``, modified: its input is uint8 (batch, height, width, channel), looked up in ``table`` (channel, 256).

    With ``rgb`` the channels of the network's input are reversed.
    """
    channels, network_input = len(table), input_of(model)
    constants: dict[str, NDArray[Any]] = {
        "clsbench_table": np.ascontiguousarray(table[::-1] if rgb else table, np.float32).reshape(-1),
        # where the numbers of each channel begin in the table
        "clsbench_places": np.arange(0, 256 * channels, 256, dtype=np.int32).reshape(1, channels, 1, 1),
    }
    nodes = [helper.make_node("Transpose", [_PIXELS], ["clsbench_planes"], perm=[0, 3, 1, 2])]
    if rgb:
        constants["clsbench_order"] = np.arange(channels, dtype=np.int64)[::-1].copy()
        nodes.append(helper.make_node("Gather", ["clsbench_planes", "clsbench_order"], ["clsbench_reversed"], axis=1))
    nodes += [
        helper.make_node("Cast", [nodes[-1].output[0]], ["clsbench_numbers"], to=TensorProto.INT32),
        helper.make_node("Add", ["clsbench_numbers", "clsbench_places"], ["clsbench_indices"]),
        helper.make_node("Gather", ["clsbench_table", "clsbench_indices"], [network_input], axis=0),
        *model.graph.node,
    ]
    others = [each for each in model.graph.input if each.name != network_input]
    shape: list[str | int | None] = ["batch", "height", "width", channels]
    del model.graph.input[:], model.graph.node[:]
    model.graph.input.extend([helper.make_tensor_value_info(_PIXELS, TensorProto.UINT8, shape), *others])
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    return model


@dataclass(frozen=True)
class OnnxPixelTaker(OnnxPredictor):
    """Satisfies engines.engine.TakesPixels."""

    def of_pixels(self, table: NDArray[np.float32], *, rgb: bool) -> "OnnxOfPixels":
        """The same network in a session of its own, with its own weights; both end together."""
        model = with_lookup(loaded_onnx("onnxruntime", self.network.onnx()), table, rgb=rgb)
        shared = {each.name: getattr(self, each.name) for each in fields(OnnxPredictor)}
        session = self.opened(model.SerializeToString())
        return OnnxOfPixels(**{**shared, "session": session, "input": _PIXELS})


@dataclass(frozen=True)
class OnnxOfPixels(OnnxPredictor):
    """Takes uint8 (batch, channel, height, width); satisfies engines.engine.OffersRoom."""

    threads_own: local = field(default_factory=local)

    def room(self, views: int) -> NDArray[np.float32]:
        """uint8, despite the annotation; the channels of a pixel are adjacent, as in the crops."""
        kept: Any = getattr(self.threads_own, "room", None)
        if kept is None or len(kept) < views:
            channels, height, width = self.network.input_shape
            kept = self.threads_own.room = np.empty((views, height, width, channels), np.uint8)
        room: NDArray[np.float32] = kept[:views].transpose(0, 3, 1, 2)
        return room

    def _fed(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(views.transpose(0, 2, 3, 1))
