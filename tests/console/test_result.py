"""The final table: measured, published, difference."""

import pytest

from clsbench.console.result import show_result

MEASURED = {"top1_error": 40.333, "top1_stderr": 2.832, "top5_error": 17.0, "top5_stderr": 2.169, "images": 300}


def test_the_table_shows_measured_published_and_difference(capsys: pytest.CaptureFixture[str]) -> None:
    show_result("net", MEASURED | {"published_top1_error": 41.0, "delta_top1_error": -0.667})
    said = capsys.readouterr().out
    for figure in ("40.333", "2.832", "41.000", "-0.667", "17.000", "images 300"):
        assert figure in said


def test_without_published_numbers_there_is_no_column_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    show_result("net", MEASURED)
    assert "published" not in capsys.readouterr().out
