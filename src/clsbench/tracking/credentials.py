"""Passwords in addresses: needed to reach a store, and shown or written nowhere."""

import re

# Greedy, so that a password with an @ is covered as well.
_USER_INFO = re.compile(r"(?<=://)[^\s/'\"]*@")


def masked(text: str) -> str:
    """``text`` with ``***`` for the user and password of every address in it."""
    return _USER_INFO.sub("***@", text)
