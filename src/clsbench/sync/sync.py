"""Sends every spool, and reports the result for each run."""

from collections import Counter
from pathlib import Path

from rich.console import Console

from clsbench.console.terminal import show_error
from clsbench.errors import TrackingError
from clsbench.tracking.credentials import reachable
from clsbench.tracking.outage import limit_waiting
from clsbench.tracking.replay import Outcome, Result, replay_all
from clsbench.tracking.spool import REFUSED

# Longer than within a run, because no evaluation is waiting.
_SECONDS, _RETRIES = 60, 2


def sync(spool: Path, uri: str, console: Console, *, is_asked: bool) -> bool:
    """Whether everything is in its store, or being sent by another command.

    If ``is_asked``, everything goes to ``uri``; otherwise each run goes where it was made, and ``uri`` may have the
    password.
    """
    limit_waiting(_SECONDS, _RETRIES)
    away: Counter[tuple[str, str]] = Counter()
    results = []
    for outcome in replay_all(spool, lambda record: uri if is_asked else reachable(record.uri, uri)):
        results.append(outcome.result)
        if outcome.result is Result.AWAY:
            away[outcome.uri, outcome.detail] += 1
        elif outcome.result in (Result.SENT, Result.HELD):
            console.print(_line(outcome), markup=False)
        else:
            show_error(TrackingError(_line(outcome)))
    for (address, detail), runs in away.items():
        stay = "a run stays" if runs == 1 else f"{runs} runs stay"
        show_error(
            TrackingError(
                f"tracking.uri={address}: cannot be written ({detail}); {stay} in {spool}: check the store, then run "
                "clsbench sync again"
            )
        )
    if not results:
        aside = spool / REFUSED
        hint = f"; refused earlier: {aside}" if aside.is_dir() and any(aside.iterdir()) else ""
        console.print(f"nothing to send: {spool} is empty{hint}", markup=False)
    return set(results) <= {Result.SENT, Result.HELD}


def _line(outcome: Outcome) -> str:
    if outcome.result is Result.DAMAGED:
        return f"{outcome.detail}; it stays where it is"
    run = f"run {outcome.run_id} ({outcome.name})"
    if outcome.result is Result.SENT:
        return f"{run}: sent to {outcome.uri}, {outcome.detail or 'no end yet'}"
    if outcome.result is Result.HELD:
        return f"{run}: left to the process that holds it, the run itself or another sync"
    return f"{run}: {outcome.detail}"
