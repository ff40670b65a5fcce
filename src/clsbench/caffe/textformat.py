"""Protobuf's text format as a tree of named values with line numbers, for any message."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from clsbench.errors import NetError

_DEEPEST = 32  # Caffe's own messages nest four deep; hostile ones must not exhaust the stack
_LONGEST_WORD = 100  # no name of a field or enum, and no number, is nearly as long

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\f\v]+ | \#[^\n]*)
  | (?P<newline>\n)
  | (?P<word>[-+]?[A-Za-z0-9_.][A-Za-z0-9_.+-]*)
  | (?P<string>"(?:[^"\\\n]|\\[^\n])*" | '(?:[^'\\\n]|\\[^\n])*')
  | (?P<mark>[{}<>\[\]:;,])
    """,
    re.VERBOSE,
)
_CLOSING = {"{": "}", "<": ">"}
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|[xX][0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class Literal:
    """A string (``quoted``, escapes already undone) or a bare word or number."""

    text: str
    quoted: bool
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A message: its fields in the order of the text, repeated fields once for each value."""

    entries: tuple["Entry", ...]
    line: int


Node: TypeAlias = Literal | Block


@dataclass(frozen=True, slots=True)
class Entry:
    """One field."""

    name: str
    value: Node
    line: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def parse_textformat(text: str, source: str) -> Block:
    """The whole text as one message; raises NetError with ``source`` and line if it is not text format."""
    return _Parser(source, _tokens(text, source)).whole()


def _tokens(text: str, source: str) -> Iterator[_Token]:
    line, position = 1, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NetError(f"{source}, line {line}: {_strange(text[position])}")
        position = match.end()
        kind = match.lastgroup or ""
        if kind == "newline":
            line += 1
        elif kind != "space":
            yield _Token(kind, match.group(), line)
    yield _Token("end", "the end of the file", line)


def _strange(character: str) -> str:
    if character in "\"'":
        return "a string starts here and does not end in its line; close it"
    return f"{character!r} has no meaning in a prototxt; remove it"


class _Parser:
    """Recursive descent over the tokens, with one token of lookahead."""

    def __init__(self, source: str, tokens: Iterator[_Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._next = next(tokens)

    def whole(self) -> Block:
        return self._entries("end", depth=0)

    def _entries(self, closing: str, depth: int) -> Block:
        line = self._next.line
        entries: list[Entry] = []
        while not self._at(closing):
            entries.extend(self._field(depth))
            if self._at(";") or self._at(","):
                self._take()
        return Block(tuple(entries), line)

    def _field(self, depth: int) -> Iterator[Entry]:
        name = self._take()
        if name.kind != "word" or not (name.text[0].isalpha() or name.text[0] == "_"):
            raise self._error(name, f"expected the name of a field, not '{name.text}'")
        colon = self._at(":")
        if colon:
            self._take()
        if not self._at("["):
            yield Entry(name.text, self._value(depth, name, colon=colon), name.line)
            return
        self._take()
        while not self._at("]"):
            yield Entry(name.text, self._value(depth, name, colon=colon), name.line)
            if not self._at("]"):
                self._expect(",")
        self._take()

    def _value(self, depth: int, name: _Token, *, colon: bool) -> Node:
        token = self._take()
        if token.text in _CLOSING and token.kind == "mark":
            if depth >= _DEEPEST:
                raise self._error(token, f"messages nest more than {_DEEPEST} deep, which no network needs")
            block = self._entries(_CLOSING[token.text], depth + 1)
            self._take()
            return Block(block.entries, token.line)
        if not colon:
            raise self._error(
                token, f"after {name.text} there must be a colon and a value, or a block, not '{token.text}'"
            )
        if token.kind == "string":
            return self._string(token)
        if token.kind != "word":
            raise self._error(token, f"after {name.text}: there must be a value, not '{token.text}'")
        return Literal(token.text, quoted=False, line=token.line)

    def _string(self, token: _Token) -> Literal:
        pieces = [self._unescaped(token)]
        while self._next.kind == "string":  # adjacent strings are one
            pieces.append(self._unescaped(self._take()))
        try:
            return Literal(b"".join(pieces).decode(), quoted=True, line=token.line)
        except UnicodeDecodeError as error:
            raise self._error(token, "this string is not UTF-8; save the file as UTF-8") from error

    def _unescaped(self, token: _Token) -> bytes:
        if "\N{REPLACEMENT CHARACTER}" in token.text:
            raise self._error(token, "this string is not UTF-8; save the file as UTF-8")
        try:
            return _ESCAPE.sub(_undone, token.text[1:-1].encode())
        except (ValueError, OverflowError) as error:
            raise self._error(token, f"the string {token.text[:_LONGEST_WORD]} has an invalid escape") from error

    def _at(self, text: str) -> bool:
        return self._next.kind == text or (self._next.kind == "mark" and self._next.text == text)

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token.kind != "mark" or token.text != mark:
            raise self._error(token, f"there must be a '{mark}', not '{token.text}'")

    def _take(self) -> _Token:
        token = self._next
        if token.kind == "end":
            raise self._error(
                token, "the file ends in the middle of a message; a bracket is not closed, or it was cut off"
            )
        if token.kind == "word" and len(token.text) > _LONGEST_WORD:
            raise self._error(token, f"a word or number of {len(token.text)} characters: this is not a network")
        self._next = next(self._tokens)
        return token

    def _error(self, token: _Token, message: str) -> NetError:
        return NetError(f"{self._source}, line {token.line}: {message}")


def _undone(match: re.Match[bytes]) -> bytes:
    code = match.group(1)
    if code[:1].isdigit():
        return bytes([int(code, 8)])
    if code[:1] in b"xX" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    if code[:1] in b"uU" and len(code) > 1:
        return chr(int(code[1:], 16)).encode()
    if code in b"\\'\"?":
        return code
    if code in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[code]
    raise ValueError(code)


def decoded(data: bytes, source: str) -> str:
    """The text of a prototxt file; NetError if it is binary. Bytes that are not UTF-8 may only be in comments."""
    if b"\0" in data:
        raise NetError(f"{source}: a binary file, not a prototxt; a caffemodel goes to model.weights")
    return data.removeprefix(codecs.BOM_UTF8).decode(errors="replace")
