"""What a test run did not check, and how to get it: the last lines of its output, by reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STAND_INS = "stand-ins"  # a test's property: it ran on made photographs and the SqueezeNet that is fitted to them
TITLE = "not checked here, and how to get it"


def not_checked(stats: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """A line a reason, the most frequent first; ``stats`` has pytest's reports by outcome."""
    skipped = [report.longrepr for report in stats.get("skipped", ())]
    reasons = Counter(each[2].removeprefix("Skipped: ") for each in skipped if isinstance(each, tuple))
    for reason, count in reasons.most_common():
        yield f"{_tests(count)} skipped: {reason}"
    ran = [report for outcome in ("passed", "failed") for report in stats.get(outcome, ())]
    instead = sum(report.when == "call" and (STAND_INS, True) in report.user_properties for report in ran)
    if instead:
        yield (
            f"{_tests(instead)} ran on made photographs and a SqueezeNet fitted to them: for the real ones set "
            "CLSBENCH_SHARED to a folder as tests/support/stand_ins.py says"
        )


def _tests(count: int) -> str:
    return f"{count} test{'s' * (count != 1)}"
