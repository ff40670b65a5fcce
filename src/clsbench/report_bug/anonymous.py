"""Makes text safe to show to strangers: without this machine's folders, passwords and user."""

import re
from collections.abc import Iterable

from clsbench.tracking.credentials import masked

_ELLIPSIS = "…"
_STARS = "***"
# A folder of an absolute path, with or without a scheme; what follows the last slash is kept.
_FOLDERS = re.compile(r"(?<![\w.…/~-])(?:file:/{2,3}|~?/)(?:[^\s/'\"\\:;,()\[\]{}<>|]+/)+")
_DATABASE = re.compile(r"(?<=sqlite:///)/[^\s'\"]*/")
_SECRET = re.compile(
    r"(?im)([\w.-]*(?:password|passwd|secret|token|api_?key)[\w.-]*['\"]?\s*[=:]\s*)(\"[^\"\n]*\"|'[^'\n]*'|\S+)"
)


def anonymous(text: str, places: Iterable[str] = ()) -> str:
    """``text`` without users, passwords and folders; ``places``: paths to find even if they contain spaces.

    The last part of a path, a file's name, is kept, because it often shows what is wrong.
    """
    for place in sorted({place.rstrip("/") for place in places}, key=len, reverse=True):
        if folder := place.rpartition("/")[0]:
            text = text.replace(f"{folder}/", f"{_ELLIPSIS}/")
    text = _DATABASE.sub(f"{_ELLIPSIS}/", masked(text))
    return _SECRET.sub(rf"\g<1>{_STARS}", _FOLDERS.sub(f"{_ELLIPSIS}/", text))


def places_in(settings: object) -> Iterable[str]:
    """All absolute paths among the values of a configuration."""
    if isinstance(settings, dict):
        settings = list(settings.values())
    if isinstance(settings, list):
        for value in settings:
            yield from places_in(value)
    elif isinstance(settings, str) and settings.startswith(("/", "~/")):
        yield settings
