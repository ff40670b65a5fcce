"""The line at the end of an evaluation whose accuracy cannot be right."""

from collections.abc import Mapping, Sequence

from clsbench.doctor.command_line import doctor_command
from clsbench.evaluation.chance import near_chance
from clsbench.evaluation.tally import Tally

_FAR_POINTS = 2.0
_FAR_STDERRS = 4.0


def doctor_hint(tally: Tally, metrics: Mapping[str, float], overrides: Sequence[str]) -> str:
    """Empty unless the top-1 error is near chance, or far above the published one."""
    reason = ""
    classes = tally.classes if tally.subset is None else len(tally.subset)
    if near_chance(tally.top1_hits, tally.labelled, classes):
        reason = f"{tally.top1_hits} of {tally.labelled} images right is near chance"
    elif metrics.get("delta_top1_error", 0.0) > max(_FAR_POINTS, _FAR_STDERRS * metrics.get("top1_stderr", 0.0)):
        reason = f"the top-1 error is {metrics['delta_top1_error']:.1f} points above the published one"
    return f"{reason}; which setting is wrong? {doctor_command(overrides)}" if reason else ""
