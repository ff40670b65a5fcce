"""Notes below a table: what is not a result, and why; what is outside the tolerance, or from a hub's weights."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clsbench.report.cell_status import State
from clsbench.report.document import Entry
from clsbench.report.figures import percent, signed
from clsbench.report.run import Run
from clsbench.report.table_data import Accuracy, Times
from clsbench.report.tolerance import OUTSIDE, WITHIN, Figure

_LONGEST = 300


def accuracy_summary(found: Sequence[Accuracy], tolerance: float, unjudged: str = "without a published error") -> str:
    """Counts of the cells by state."""
    counts = Counter(each.verdict for each in found if each.status.is_result)
    words = [f"{sum(counts.values())} of {len(found)} cells are results"]
    if counts[WITHIN] or counts[OUTSIDE]:
        words.append(
            f"{counts[WITHIN]} within {tolerance:g} points of the published figures, {counts[OUTSIDE]} outside"
        )
    if counts[""]:
        words.append(f"{counts['']} {unjudged}")
    return f"{'; '.join(words)}.{_others(found)}"


def time_summary(found: Sequence[Times]) -> str:
    """Counts of the cells by state."""
    return f"{sum(each.status.is_result for each in found)} of {len(found)} cells are results.{_others(found)}"


def accuracy_notes(found: Iterable[Accuracy]) -> Iterator[Entry]:
    """One line per cell that is not a result, outside the tolerance, or with hub weights; none for missing cells."""
    for each in found:
        cell, run = each.cell, each.run
        if run is None:
            continue
        where = f"{cell.model}, {cell.crop}, crop {cell.crop_size} of {cell.base_size}"
        if not each.status.is_result:
            yield Entry(f"{where}: {_why(each, run)}", run.link)
            continue
        source = [f"weights from {_short(run.tags['weights_source'])}"] if "weights_source" in run.tags else []
        outside = [f"outside: {_errors(each)}"] if each.verdict == OUTSIDE else []
        if source or outside:
            yield Entry(f"{where}: {'; '.join([*source, *outside])}", run.link)


def time_notes(found: Iterable[Times]) -> Iterator[Entry]:
    """One line per cell that is not a result, or is noisy."""
    for each in found:
        cell, run = each.cell, each.run
        if run is None:
            continue
        where = f"{cell.model}, crop {cell.crop_size}"
        if not each.status.is_result:
            yield Entry(f"{where}: {each.status.words}{_error_text(run)}", run.link)
        elif "noisy" in run.tags:
            yield Entry(f"{where}: noisy: {_short(run.tags['noisy'])}", run.link)


def _others(found: Sequence[Accuracy] | Sequence[Times]) -> str:
    states = Counter(each.status.state for each in found if not each.status.is_result)
    return (
        f" Not results: {', '.join(f'{states[state]} {state}' for state in State if states[state])}." if states else ""
    )


def _why(each: Accuracy, run: Run) -> str:
    state = each.status.state
    if state in (State.FAILED, State.KILLED, State.RUNNING):
        return each.status.words + _error_text(run)
    weights = f" from {_short(run.tags['weights_source'])}" if "weights_source" in run.tags else ""
    judged = f"; {each.verdict} the tolerance and the sampling error" if each.verdict else ""
    return f"{each.status.words}{weights}: {_errors(each)}{judged}"


def _errors(each: Accuracy) -> str:
    return ", ".join(_error(figure, each) for figure in (each.top1, each.top5))


def _error(figure: Figure, each: Accuracy) -> str:
    error = f" ± {percent(figure.error)}" if figure.error is not None else ""
    beside = figure.published is not None and each.status.is_comparable
    published = f" (published {percent(figure.published)}, {signed(figure.difference)})" if beside else ""
    title = figure.name.replace("top", "top-").replace("_", " ")
    return f"{title} {percent(figure.value)}{error}{published}"


def _error_text(run: Run) -> str:
    return f": {_short(run.tags['error'])}" if run.tags.get("error") else ""


def _short(text: str) -> str:
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
