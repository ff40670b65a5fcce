"""Settings from prototxt text: each kind of field is converted to a Python value, or refused."""

import math
import re
from collections.abc import Sequence

from clsbench.caffe.net import Scalar, Value
from clsbench.caffe.schema import Field, Kind
from clsbench.caffe.textformat import Block, Literal, Node

_WHOLE = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|\d+)")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?[fF]?")
_LARGEST_INT = 2**31 - 1
_LARGEST_FLOAT = 3.4028234663852886e38  # float32
_BOOLS = {"true": True, "True": True, "t": True, "1": True, "false": False, "False": False, "f": False, "0": False}


def field_value(field: Field, nodes: Sequence[Node]) -> Value:
    """The value of a field given once or, if repeated, several times; the ValueError says what is wrong with it."""
    if field.repeated:
        return tuple(_scalar(field, node) for node in nodes)
    if len(nodes) > 1:
        raise ValueError(f"is given {len(nodes)} times; keep one")
    if field.kind is Kind.SHAPE:
        return shape_value(nodes[0])
    return _scalar(field, nodes[0])


def shape_value(node: Node) -> tuple[int, ...]:
    """The numbers of a block of ``dim``; the ValueError says what is wrong with it."""
    if not isinstance(node, Block):
        raise ValueError("must be a block of dim")  # noqa: TRY004 -- one class, as for every wrong text
    for entry in node.entries:
        if entry.name != "dim":
            raise ValueError(f"has no field '{entry.name}'; a shape holds dim only")
    return tuple(whole_value(entry.value) for entry in node.entries)


def whole_value(node: Node) -> int:
    """A whole number within Caffe's int; raises ValueError for anything else."""
    text = _bare(node, Kind.INT)
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"must be a whole number, not {text}")
    digits = text.lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
    try:
        value = int(digits, 8 if octal else 0)
    except ValueError:
        raise ValueError(f"must be a whole number, not {text}") from None
    if value > _LARGEST_INT:
        raise ValueError(f"is {text}, outside the range of Caffe's whole numbers")
    return -value if text[0] == "-" else value


def _scalar(field: Field, node: Node) -> Scalar:
    match field.kind:
        case Kind.INT:
            return whole_value(node)
        case Kind.FLOAT:
            return float_value(node)
        case Kind.BOOL:
            return bool_value(node)
        case Kind.ENUM:
            return _name(field, node)
    return string_value(node)


def string_value(node: Node) -> str:
    """A quoted string; raises ValueError for anything else."""
    if isinstance(node, Block) or not node.quoted:
        raise ValueError("must be a string in quotes")
    return node.text


def float_value(node: Node) -> float:
    """A number within float32; raises ValueError for anything else."""
    text = _bare(node, Kind.FLOAT)
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"must be a number, not {text}")
    value = float(text.rstrip("fF"))
    if not math.isfinite(value) or abs(value) > _LARGEST_FLOAT:
        raise ValueError(f"is {text}, outside the range of a float")
    return value


def bool_value(node: Node) -> bool:
    """True or false; raises ValueError for anything else."""
    text = _bare(node, Kind.BOOL)
    if text not in _BOOLS:
        raise ValueError(f"must be true or false, not {text}")
    return _BOOLS[text]


def _name(field: Field, node: Node) -> str:
    text = _bare(node, Kind.ENUM)
    if text in field.names:
        return text
    if text.isdecimal() and 0 <= int(text) - field.first_number < len(field.names):
        return field.names[int(text) - field.first_number]
    raise ValueError(f"must be {' or '.join(field.names)}, not {text}")


def _bare(node: Node, kind: Kind) -> str:
    if isinstance(node, Literal) and not node.quoted:
        return node.text
    raise ValueError(f"must be {kind.value}, not {'a block' if isinstance(node, Block) else 'a string'}")
