"""Suggests what a mistyped name may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """`` ; did you mean …?`` with up to three names, or all names if none is near."""
    names = sorted(known)
    if near := get_close_matches(name, names, n=3):
        return f"; did you mean {', '.join(near)}?"
    return f"; there are {', '.join(names)}" if names else ""
