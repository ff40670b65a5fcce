"""Small ONNX classifiers, sound ones and others: the mean of each channel, a linear layer, and a softmax."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Sides = Sequence[int | str | None]


@dataclass(frozen=True)
class OnnxClassifier:
    """What the file says; by default it takes any batch of 8 x 8 images and scores 10 classes."""

    input: Sides = ("batch", 3, 8, 8)
    output: Sides = ("batch", 10)
    input_type: int = TensorProto.FLOAT
    output_type: int = TensorProto.FLOAT
    softmax: bool = True
    extra_inputs: tuple[str, ...] = ()
    extra_outputs: tuple[str, ...] = ()
    external: bool = False

    def written(self, path: Path) -> Path:
        """The file."""
        nodes = [
            helper.make_node("Cast", ["image"], ["planes"], to=TensorProto.FLOAT),
            helper.make_node("GlobalAveragePool", ["planes"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["features"]),
            helper.make_node("Gemm", ["features", "weights", "bias"], ["logits" if self.softmax else "scores"]),
        ]
        if self.softmax:
            nodes.append(helper.make_node("Softmax", ["logits"], ["scores"], axis=1))
        nodes += [helper.make_node("Identity", ["features"], [name]) for name in self.extra_outputs]
        outputs = [helper.make_tensor_value_info("scores", self.output_type, self.output)]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in self.extra_outputs]
        inputs = [helper.make_tensor_value_info("image", self.input_type, self.input)]
        inputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in self.extra_inputs]
        graph = helper.make_graph(nodes, "small", inputs, outputs, _weights())
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.save(model, path, save_as_external_data=self.external, location="weights.bin", size_threshold=0)
        return path


def _weights() -> list[TensorProto]:
    random = np.random.default_rng(0)
    weights = random.standard_normal((3, 10), np.float32) / 20
    bias = random.standard_normal(10, np.float32)
    return [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")]


def with_scaled_weights(source: Path, target: Path, factor: float) -> Path:
    """A copy whose largest tensor is multiplied by ``factor``: a conversion that went wrong."""
    model = onnx.load(source)
    largest = max(model.graph.initializer, key=lambda tensor: np.prod(tensor.dims))
    largest.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(largest) * np.float32(factor), largest.name))
    onnx.save(model, target)
    return target
