"""Makes text from others' files safe to print: a hostile name must not drive the terminal, nor a long one fill it."""

import unicodedata

_LONGEST, _KEPT, _END = 3000, 2000, 300  # characters
_KEEP = "\n\t"
# Control, format (such as those that change the writing direction), surrogates: none is visible as what it is.
_UNSEEN = {"Cc", "Cf", "Cs"}


def safe_text(text: str) -> str:
    """``text`` with invisible characters as escapes such as ``\\x1b``, and without its middle if it is long."""
    if len(text) > _LONGEST:
        text = f"{text[:_KEPT]} … ({len(text) - _KEPT - _END:,} characters left out) … {text[-_END:]}"
    return "".join(_escaped(each) if _is_unseen(each) else each for each in text)


def _is_unseen(character: str) -> bool:
    return character not in _KEEP and unicodedata.category(character) in _UNSEEN


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
