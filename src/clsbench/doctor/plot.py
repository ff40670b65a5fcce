"""``plots/hypotheses.png``: the number of right images under each hypothesis, and under the given settings."""

from collections.abc import Sequence
from pathlib import Path

from clsbench.doctor.candidate import Candidate, State

_BETTER, _OTHER, _GIVEN = "tab:green", "tab:gray", "tab:blue"
_INCHES_A_ROW = 0.18


def write_plot(candidates: Sequence[Candidate], given: State, title: str, path: Path) -> None:
    """One bar per hypothesis; significantly better ones are green, and a line shows the given settings."""
    # Imported late because it takes a second. Only its Figure: pyplot would look for a screen.
    from matplotlib.figure import Figure  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [(", ".join(f"{one.factor} {one.name}" for one in each.hypotheses), each) for each in candidates]
    figure = Figure(figsize=(8, 1.5 + _INCHES_A_ROW * max(4, len(rows))), layout="constrained")
    axes = figure.add_subplot()
    shares = [100 * each.state.sight.hits.mean() for _, each in rows]
    colours = [_BETTER if each.paired.found else _OTHER for _, each in rows]
    axes.barh(range(len(rows)), shares, color=colours)
    axes.axvline(100 * given.sight.hits.mean(), color=_GIVEN, label="given settings")
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], fontsize=6)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("images right, %")
    axes.set_title(title, fontsize=9)
    axes.legend(fontsize=7)
    figure.savefig(path, dpi=120)
