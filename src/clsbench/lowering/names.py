"""Names for what a pass adds, so that no name in the net is used twice."""

from itertools import count


def unused(wanted: str, taken: set[str]) -> str:
    """``wanted``, numbered from 2 if it is taken; the result is added to ``taken``."""
    name = wanted
    for number in count(2):
        if name not in taken:
            break
        name = f"{wanted}_{number}"
    taken.add(name)
    return name
