"""A sound file made unsound: a few random changes of bytes, or of the words and numbers of a text."""

import random
import re

_BYTES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff\x0f", b"\xff" * 9 + b"\x01", b"\x00" * 8)
_WORDS = (
    *(
        "0",
        "-1",
        "1e999",
        "nan",
        "2147483648",
        "-9223372036854775808",
        "18446744073709551616",
        "0x7f",
        "1.5",
        "9" * 5000,
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        '"',
        "'",
        "#",
        "\\",
        "\\x",
        "true",
        "TRAIN",
        "null",
        "",
        "é",
        "\ud7ff",
        "\u202e",
        "\x1b[2J",
    ),
)
_TOKEN = re.compile(r"[\w.+-]+|\S")


def mutated(seed: bytes, chance: random.Random, *, is_text: bool = False) -> bytes:
    """``seed`` with one to four changes."""
    data = seed
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = _token(data, chance) if is_text and chance.random() < 0.7 else _bytes(data, chance)
    return data


def _bytes(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 1, 2, 8, 100, len(data))))
    other = chance.randrange(len(data) + 1)
    piece = data[other : other + chance.choice((1, 8, 64, 1000))]
    match chance.randrange(6):
        case 0 if start < len(data):
            return data[:start] + bytes([data[start] ^ 1 << chance.randrange(8)]) + data[start + 1 :]
        case 1:
            return data[:start] + chance.choice(_BYTES) + data[start:]
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:start] + piece + data[start:]
        case 4:
            return data[:start] + piece + data[start + len(piece) :]
        case _:
            return data[:start] + chance.randbytes(1) + data[start + 1 :]


def _token(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("latin-1")
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return data
    token, other = chance.choice(tokens), chance.choice(tokens)
    word = other.group() if chance.random() < 0.5 else chance.choice(_WORDS).encode("utf-8").decode("latin-1")
    end = token.start() if chance.random() < 0.2 else token.end()
    return f"{text[: token.start()]}{word} {text[end:]}".encode("latin-1")
