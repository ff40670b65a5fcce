"""The last lines of a test run say what was not checked."""

from types import SimpleNamespace
from typing import Any

from skip_summary import STAND_INS, not_checked


def _skipped(reason: str) -> Any:
    return SimpleNamespace(longrepr=("test_x.py", 1, f"Skipped: {reason}"))


def _ran(*, instead: bool, when: str = "call") -> Any:
    return SimpleNamespace(when=when, user_properties=[(STAND_INS, True)] if instead else [("other", 1)])


def test_skips_are_counted_by_reason_the_most_frequent_first() -> None:
    skipped = [_skipped("no torch; make engines"), *[_skipped("no GPU")] * 2]
    assert list(not_checked({"skipped": skipped})) == [
        "2 tests skipped: no GPU",
        "1 test skipped: no torch; make engines",
    ]


def test_what_ran_on_stand_ins_is_counted_once_a_test() -> None:
    passed = [_ran(instead=True), _ran(instead=False), _ran(instead=True, when="setup")]
    (line,) = not_checked({"passed": passed, "failed": [_ran(instead=True)]})
    assert line.startswith("2 tests ran on made photographs")
    assert "CLSBENCH_SHARED" in line


def test_where_all_was_checked_nothing_is_said() -> None:
    assert list(not_checked({"passed": [_ran(instead=False)]})) == []
