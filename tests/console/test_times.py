"""The table of times names the hardware of every number in it."""

import pytest

from clsbench.console.times import show_stage, show_times

MEASURED = {f"forward_ms_{name}": 12.5 for name in ("mean", "std", "p50", "p90", "p99")} | {"iterations": 5}


def test_published_times_stand_beside_the_measured_ones_with_both_hardwares(capsys: pytest.CaptureFixture[str]) -> None:
    show_times("net", MEASURED | {"published_forward_ms": 2.5, "forward_ratio": 5.0}, "some CPU", "some GPU")
    said = capsys.readouterr().out
    for word in ("published", "2.5", "12.5", "measured on some CPU", "published: on some GPU", "iterations 5"):
        assert word in said
    assert "backward" not in said


def test_without_published_times_no_other_hardware_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    show_times("net", MEASURED, "some CPU", "some GPU")
    said = capsys.readouterr().out
    assert "some CPU" in said
    assert "some GPU" not in said
    assert "published" not in said


def test_a_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_stage("net", "opening [x]")
    assert capsys.readouterr().out == "net: opening [x]\n"
