"""What the system tells of load, foreign work and clock rate."""

from dataclasses import replace
from pathlib import Path

import pytest

from clsbench.timing.conditions import Moment, busy_seconds, conditions, mean_mhz, moment

STAT = """cpu  400 0 0 900 0 0 0 0 0 0
cpu0 100 10 20 500 7 3 2 0 0 0
cpu1 300 0 0 400 0 0 0 0 0 0
intr 1
"""
CPUINFO = "processor\t: 0\ncpu MHz\t\t: 2000.0\n\nprocessor\t: 1\ncpu MHz\t\t: 3000.0\n"
BEFORE = Moment(seconds=0.0, load=1.0, busy_seconds=100.0, own_seconds=10.0, cpu_mhz=2000.0)


def test_busy_time_is_that_of_our_cpus_without_idle_and_iowait(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text(STAT)
    assert busy_seconds(tmp_path / "stat", {0}) == pytest.approx(1.35)
    assert busy_seconds(tmp_path / "stat", {0, 1}) == pytest.approx(4.35)
    assert busy_seconds(tmp_path / "none", {0}) is None


def test_the_clock_rate_is_the_mean_of_our_cpus(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(CPUINFO)
    assert mean_mhz(tmp_path / "cpuinfo", {0, 1}) == 2500.0
    assert mean_mhz(tmp_path / "cpuinfo", {1}) == 3000.0
    assert mean_mhz(tmp_path / "none", {0}) is None


def test_foreign_cores_are_what_was_busy_and_not_ours() -> None:
    after = replace(BEFORE, seconds=10.0, busy_seconds=120.0, own_seconds=25.0)
    assert conditions(BEFORE, after)["foreign_cores"] == pytest.approx(0.5)


def test_too_short_a_time_says_nothing_of_foreign_work() -> None:
    assert "foreign_cores" not in conditions(BEFORE, replace(BEFORE, seconds=0.1))


def test_what_the_system_does_not_tell_is_absent() -> None:
    blind = replace(BEFORE, busy_seconds=None, load=None, cpu_mhz=None)
    assert conditions(blind, replace(blind, seconds=9.0)) == {}


def test_this_system_can_be_asked() -> None:
    assert moment().own_seconds > 0
