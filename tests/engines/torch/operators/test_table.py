from pathlib import Path

import layer_nets
import onnx

from clsbench.onnx_export.table import EXPORTS


def test_every_layer_type_that_can_be_exported_has_a_net_here() -> None:
    assert set(EXPORTS) <= {kind for name in layer_nets.NAMES for kind in layer_nets.layer_types(name)}


def test_every_operator_that_these_nets_are_exported_to_is_in_the_table(tmp_path: Path) -> None:
    from clsbench.engines.torch.operators.table import OPERATORS

    models = [onnx.load(layer_nets.exported_to(name, tmp_path).onnx()) for name in layer_nets.NAMES]
    exported = {node.op_type for model in models for node in model.graph.node}
    assert exported <= set(OPERATORS)
    assert len(exported) > 40


def test_operators_with_weights_or_several_outputs_are_in_the_table() -> None:
    from clsbench.engines.torch.operators.table import OPERATORS, SEVERAL_OUTPUTS, WEIGHT_INPUTS

    assert set(WEIGHT_INPUTS) | SEVERAL_OUTPUTS <= set(OPERATORS)
