"""Passwords in addresses: needed to reach a store, but never shown or written."""
# A file that needs the address again stores it masked; its reader knows the address itself, or uses MLflow's variables.

import re

_STARS = "***"
# Greedy, so that a password with an @ is also covered.
_USER_INFO = re.compile(r"(?<=://)[^\s/'\"]*@")


def masked(text: str) -> str:
    """``text`` with ``***`` for the user and password of every address in it."""
    return _USER_INFO.sub(f"{_STARS}@", text)


def reachable(kept: str, known: str) -> str:
    """The address that was ``kept`` masked: ``known`` if it is the same; else without user and password.

    MLflow itself takes them from MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
    """
    return known if masked(known) == kept else kept.replace(f"://{_STARS}@", "://")
