import pytest

from clsbench.weights.download_bar import progress_bar


def test_elsewhere_than_on_a_terminal_one_line_says_what_is_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("x.pth") as show:
        for have in range(3):
            show((have + 1) * 2**20, 10 * 2**20)
    assert capsys.readouterr().out == "fetching x.pth, 10.0 MiB, going on at 1.0 MiB\n"
    with progress_bar("x.pth") as show:
        show(0, None)
    assert capsys.readouterr().out == "fetching x.pth\n"
