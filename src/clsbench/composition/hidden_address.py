"""Keeps an address with a password out of the files in which a launcher hands jobs to other processes."""

from collections.abc import MutableMapping, Sequence

from clsbench.tracking.credentials import masked

VARIABLE = "CLSBENCH_TRACKING_URI"  # inherited by the jobs of every launcher
_KEY = "tracking.uri"


def with_hidden_address(arguments: Sequence[str], environment: MutableMapping[str, str]) -> list[str]:
    """``arguments``, but a ``tracking.uri`` with a password only names a variable, which ``environment`` then holds."""
    return [_hidden(argument, environment) for argument in arguments]


def _hidden(argument: str, environment: MutableMapping[str, str]) -> str:
    key, _, value = argument.partition("=")
    if key.lstrip("+") != _KEY or masked(value) == value or "," in value:  # a comma: several addresses to sweep over
        return argument
    environment[VARIABLE] = _unquoted(value)
    return f"{key}=${{oc.env:{VARIABLE}}}"


def _unquoted(value: str) -> str:
    """As Hydra reads it: a backslash escapes a quote inside quotes."""
    quote = value[0]
    if len(value) > 1 and quote in "'\"" and value[-1] == quote:
        return value[1:-1].replace(f"\\{quote}", quote)
    return value
