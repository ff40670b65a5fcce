"""The depths at which a family was published."""

from collections.abc import Mapping
from typing import TypeVar

from clsbench.errors import NetError

Plan = TypeVar("Plan")


def variant(family: str, published: Mapping[int, Plan], depth: int) -> Plan:
    """The plan of ``depth``; raises NetError with the published depths if it is not one of them."""
    if depth not in published:
        known = ", ".join(str(each) for each in sorted(published))
        raise NetError(f"{family}: no published network is {depth} layers deep; choose one of {known}")
    return published[depth]
