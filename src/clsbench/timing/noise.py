"""Judges whether a measurement can be trusted, from its spread and from what else the machine did."""

from collections.abc import Mapping, Sequence

# Both are choices: above them, differences of a few percent between two runs mean nothing.
_WIDEST_SPREAD = 1.25  # p90 / p50
_MOST_FOREIGN_CORES = 0.15


def noise(metrics: Mapping[str, float], slowed_by: Sequence[str] = ()) -> str | None:
    """Why the times are doubtful, in words; None if nothing speaks against them.

    ``slowed_by``: what slowed a GPU down.
    """
    reasons = []
    p50, p90 = metrics.get("forward_ms_p50"), metrics.get("forward_ms_p90")
    if p50 and p90 and p90 / p50 > _WIDEST_SPREAD:
        reasons.append(f"the slowest tenth of the forwards took {p90 / p50:.2f} times the median or longer")
    foreign = metrics.get("foreign_cores", 0.0)
    if foreign > _MOST_FOREIGN_CORES:
        reasons.append(f"other processes kept {foreign:.1f} CPUs busy")
    reasons += [f"the GPU was slowed down by {reason}" for reason in slowed_by]
    return "; ".join(reasons) or None
