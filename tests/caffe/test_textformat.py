import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.caffe.textformat import Block, Literal, decoded, parse_textformat
from clsbench.errors import NetError


def _plain(node: Block | Literal) -> object:
    if isinstance(node, Literal):
        return node.text
    return [(entry.name, _plain(entry.value)) for entry in node.entries]


def _read(text: str) -> object:
    return _plain(parse_textformat(text, "net.prototxt"))


def _refusal(text: str) -> str:
    with pytest.raises(NetError) as caught:
        parse_textformat(text, "net.prototxt")
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a { b: 1 c: 'x' }",
        "a: { b: 1, c: 'x', }",
        "a < b: 1; c: 'x'; >;",
        'a:<b:1 c:"x">',
        "# first\na{b:1#one\nc:'x'}#last",
        "\ta\r\n{\r\nb\n:\n1\nc : 'x'\n}",
    ],
)
def test_a_message_may_be_written_in_every_way_that_protobuf_takes(text: str) -> None:
    assert _read(text) == [("a", [("b", "1"), ("c", "x")])]


def test_a_list_is_a_repeated_field() -> None:
    assert _read("a: [1, 2] b: [] c [{d: 1}, {d: 2}]") == [
        ("a", "1"),
        ("a", "2"),
        ("c", [("d", "1")]),
        ("c", [("d", "2")]),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'a\'b'", "a'b"),
        (r'"a\"b\\"', 'a"b\\'),
        (r'"\n\t\r\a\b\f\v\?"', "\n\t\r\a\b\f\v?"),
        (r'"\101\x42\u0043\U00000044"', "ABCD"),
        (r'"\344\275\240"', "你"),
        ('"con" \'v1\'\n"/x"', "conv1/x"),
        ('"#no comment"', "#no comment"),
        ('""', ""),
        ("-1.5e-3", "-1.5e-3"),
        ("MAX", "MAX"),
    ],
)
def test_a_value_is_read_as_protobuf_reads_it(text: str, value: str) -> None:
    assert _read(f"a: {text}") == [("a", value)]


def test_entries_know_their_lines() -> None:
    block = parse_textformat("a: 1\n\n# c\nb {\n  c: 2\n}\n", "net.prototxt")
    assert [entry.line for entry in block.entries] == [1, 4]
    assert isinstance(block.entries[1].value, Block)
    assert block.entries[1].value.entries[0].line == 5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a {\n b: 1\n", 3, "ends in the middle"),
        ("a: 1\n}", 2, "expected the name of a field, not '}'"),
        ("a: 1\na: 'x\n'", 2, "a string starts here and does not end"),
        ("a 1", 1, "must be a colon and a value, or a block, not '1'"),
        ("a: }", 1, "there must be a value, not '}'"),
        ("a: [1 2]", 1, "there must be a ','"),
        ("\n\n$", 3, "'$' has no meaning"),
        ("5: 1", 1, "expected the name of a field, not '5'"),
        (r"a: '\q'", 1, "an invalid escape"),
        (r"a: '\ud800'", 1, "an invalid escape"),
        (r"a: '\400'", 1, "an invalid escape"),
        (r"a: '\377'", 1, "not UTF-8"),
        ("a: " + "9" * 5000, 1, "5000 characters"),
        ("a{" * 100_000, 1, "nest more than 32 deep"),
        ("a:[" * 100_000, 1, "there must be a ','"),
        ("a:[[" * 100_000, 1, "there must be a value, not '['"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, line: int, words: str) -> None:
    message = _refusal(text)
    assert message.startswith(f"net.prototxt, line {line}: ")
    assert words in message
    assert len(message) < 300


def test_a_binary_file_is_no_text() -> None:
    with pytest.raises(NetError, match="a binary file, not a prototxt"):
        decoded(b"\x0a\x03abc\x00", "x.caffemodel")


def test_a_comment_may_have_any_bytes_but_a_string_must_be_utf8() -> None:
    assert _read(decoded(b"\xef\xbb\xbfa: 1 # \xc4\xe3\xba\xc3\n", "n")) == [("a", "1")]
    assert "not UTF-8" in _refusal(decoded(b"a: '\xc4\xe3'", "n"))


def _faultless_or_located(text: str) -> bool:
    try:
        parse_textformat(text, "n")
    except NetError as error:
        return re.match(r"n, line \d+: ", str(error)) is not None
    return True


@given(st.text())
def test_any_text_parses_or_is_refused_with_its_line(text: str) -> None:
    assert _faultless_or_located(text)


@given(st.text(alphabet="a1:{}<>[],;'\"\\#\n -."))
def test_any_text_of_the_formats_own_characters_does_so_too(text: str) -> None:
    assert _faultless_or_located(text)
