import pytest

from clsbench.caffe.field_values import field_value
from clsbench.caffe.net import Value
from clsbench.caffe.schema import LAYER_TYPES, Field
from clsbench.caffe.textformat import Node, parse_textformat


def _field(path: str) -> Field:
    layer_type, name = path.split(".")
    return LAYER_TYPES[layer_type].fields[name]


def _nodes(text: str) -> list[Node]:
    return [entry.value for entry in parse_textformat(text, "n").entries]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("Convolution.num_output", "a: 96", 96),
        ("Convolution.num_output", "a: 0x10", 16),
        ("Convolution.num_output", "a: 010", 8),
        ("Softmax.axis", "a: -1", -1),
        ("Convolution.pad", "a: 1 a: 2", (1, 2)),
        ("Convolution.pad", "a: [3]", (3,)),
        ("Convolution.bias_term", "a: false", False),
        ("Convolution.bias_term", "a: True", True),
        ("Convolution.bias_term", "a: 1", True),
        ("BatchNorm.eps", "a: 1e-3", 0.001),
        ("BatchNorm.eps", "a: .5f", 0.5),
        ("BatchNorm.eps", "a: 1.", 1.0),
        ("BatchNorm.eps", "a: -2", -2.0),
        ("Pooling.pool", "a: AVE", "AVE"),
        ("Pooling.pool", "a: 1", "AVE"),
        ("Reduction.operation", "a: 1", "SUM"),
        ("Reduction.operation", "a: 4", "MEAN"),
        ("Eltwise.coeff", "a: 1 a: -0.5", (1.0, -0.5)),
        ("Reshape.shape", "a { dim: 0 dim: -1 }", (0, -1)),
        ("Reshape.shape", "a { dim: [2, 3] }", (2, 3)),
        ("Reshape.shape", "a { }", ()),
    ],
)
def test_a_value_has_its_fields_kind(field: str, text: str, value: Value) -> None:
    found = field_value(_field(field), _nodes(text))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("Convolution.num_output", "a: 1.5", "must be a whole number, not 1.5"),
        ("Convolution.num_output", "a: 09", "must be a whole number, not 09"),
        ("Convolution.num_output", "a: 'x'", "must be a whole number, not a string"),
        ("Convolution.num_output", "a { }", "must be a whole number, not a block"),
        ("Convolution.num_output", "a: 2147483648", "outside the range of Caffe's whole numbers"),
        ("Convolution.num_output", "a: 1 a: 2", "is given 2 times"),
        ("Convolution.bias_term", "a: yes", "must be true or false, not yes"),
        ("BatchNorm.eps", "a: nan", "must be a number, not nan"),
        ("BatchNorm.eps", "a: 1e39", "outside the range of a float"),
        ("BatchNorm.eps", "a: 1e999", "outside the range of a float"),
        ("Pooling.pool", "a: AVG", "must be MAX or AVE or STOCHASTIC or AVE_EXC_PAD or AVE_TF, not AVG"),
        ("Pooling.pool", "a: 5", "must be MAX or AVE or STOCHASTIC or AVE_EXC_PAD or AVE_TF, not 5"),
        ("Reduction.operation", "a: 0", "must be SUM or"),
        ("Reshape.shape", "a: 3", "must be a block of dim"),
        ("Reshape.shape", "a { size: 3 }", "has no field 'size'"),
    ],
)
def test_a_value_of_another_kind_is_refused(field: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        field_value(_field(field), _nodes(text))
