"""Where a run stands, in one line."""

import pytest

from clsbench.console import progress
from clsbench.console.progress import Standing, progress_bar


def test_what_is_not_known_is_left_out() -> None:
    assert str(Standing(10, None, None, 20.0)) == "20/s"
    assert str(Standing(10, 12.5, None, 20.0)) == "top-1 error 12.50 %  20/s"
    assert str(Standing(10, 12.5, 1.0, 20.0)) == "top-1/5 error 12.50/1.00 %  20/s"


def test_elsewhere_than_on_a_terminal_a_line_comes_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_LINE_SECONDS", 0.0)
    with progress_bar("net", 7210) as show:
        show(Standing(10, 12.5, None, 2.0))
    assert capsys.readouterr().out == "net: 10/7210  1:00:00 left  top-1 error 12.50 %  2/s\n"


def test_lines_do_not_come_with_every_image(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("net", 100) as show:
        for images in range(100):
            show(Standing(images, 1.0, 1.0, 1.0))
    assert capsys.readouterr().out == ""
