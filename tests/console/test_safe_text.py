"""Text that is printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.console.safe_text import safe_text
from clsbench.console.terminal import show_error
from clsbench.errors import NetError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("net.prototxt, line 3:\n\tlayer 'größe'", "net.prototxt, line 3:\n\tlayer 'größe'"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\u202eturned", "\\u202eturned"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_what_is_not_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@given(st.text(max_size=5000))
def test_it_can_be_printed_and_is_never_long(text: str) -> None:
    shown = safe_text(text)
    shown.encode()
    assert "\x1b" not in shown
    assert len(shown) <= 10 * 3000  # an escape has at most ten characters


def test_an_error_is_cut_in_the_middle_and_keeps_its_cure(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(NetError("layer " + "x" * 100_000 + "; correct it"))
    said = capsys.readouterr().err
    assert len(said) < 3000
    assert "characters left out" in said
    assert "; correct it" in said
