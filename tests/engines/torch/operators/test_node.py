import numpy as np
import pytest

from clsbench.engines.torch.operators.node import Node
from clsbench.errors import EngineError


@pytest.fixture
def node() -> Node:
    """A node with an attribute of each kind and a constant, a computed and a left-out input."""
    attributes = {"axis": 1, "mode": b"constant", "axes": [1, 2]}
    constants = {"shape": np.array([[2, -1]]), "one": np.array(1.5)}
    return Node("n", "Op", ("x", "shape", "one", ""), ("y",), attributes, constants)


def test_an_attribute_has_its_value_or_the_default(node: Node) -> None:
    assert (node.attribute("axis", 0), node.attribute("mode", ""), node.attribute("group", 7)) == (1, "constant", 7)


def test_inputs_that_are_left_out_are_not_there(node: Node) -> None:
    assert [node.has_input(position) for position in range(5)] == [True, True, True, False, False]


def test_constants_are_read_as_numbers(node: Node) -> None:
    assert node.wholes(1) == [2, -1]
    assert (node.number_or(2, 0.0), node.number_or(3, 7.0)) == (1.5, 7.0)


def test_whole_numbers_come_from_the_attribute_or_the_input_or_are_none(node: Node) -> None:
    assert node.wholes_or("axes", 1) == [1, 2]
    assert node.wholes_or("split", 1) == [2, -1]
    assert node.wholes_or("split", 3) is None


def test_a_computed_input_where_a_constant_is_needed_is_an_error_that_names_both(node: Node) -> None:
    with pytest.raises(EngineError, match=r"node 'n' with operator Op: its input 'x' is computed"):
        node.wholes(0)


def test_another_value_than_the_one_that_is_implemented_is_an_error(node: Node) -> None:
    node.require("mode", "constant")
    node.require("absent", 0)
    with pytest.raises(EngineError, match=r"axis=1 is not among what is implemented; axis=0 is"):
        node.require("axis", 0)


def test_attributes_that_nobody_asked_for_are_an_error(node: Node) -> None:
    node.attribute("axis", 0)
    with pytest.raises(EngineError, match="its axes and mode is not implemented; use engine=onnxruntime"):
        node.check()
    node.attribute("axes", None)
    node.attribute("mode", None)
    node.check()
