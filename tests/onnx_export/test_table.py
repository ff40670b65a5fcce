"""No layer type is forgotten."""

from clsbench.caffe.schema import LAYER_TYPES
from clsbench.lowering.depthwise import DEPTHWISE_TYPES
from clsbench.lowering.fold_batch_norm import NORMALISING_TYPES
from clsbench.onnx_export.table import EXPORTS


def test_every_layer_type_is_exported_or_lowered_to_one_that_is() -> None:
    assert {*EXPORTS, *DEPTHWISE_TYPES, *NORMALISING_TYPES} == set(LAYER_TYPES)
