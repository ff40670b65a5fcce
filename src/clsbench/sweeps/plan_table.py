"""The plan on the terminal: one row per cell, then the sums."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from clsbench.console.terminal import console
from clsbench.sweeps.planned import Planned

_HEADINGS = ("cell", "images", "views", "G MACs", "time", "MiB", "time by")


def show_planned(cells: Sequence[Planned]) -> None:
    """Prints the cells, their sums, and each missing thing once with the number of cells that need it."""
    table = Table(title="plan", title_justify="left", title_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in ("cell", "time by") else "right", overflow="fold")
    for cell in cells:
        missing = "missing something" if cell.missing else ""
        table.add_row(Text(cell.name), *_figures(cell), Text(", ".join(filter(None, (cell.source, missing)))))
    console.print(table)
    console.print(_sums(cells), markup=False)
    counted = Counter(sentence for cell in cells for sentence in cell.missing)
    for sentence, number in counted.items():
        console.print(f"missing for {number} of {len(cells)} cells: {sentence}", markup=False, style="yellow")


def _figures(cell: Planned) -> list[str]:
    macs = None if cell.macs is None else cell.macs / 1e9
    whole = [_text(cell.images, "d"), _text(cell.views, "d")]
    return [*whole, _text(macs, ",.0f"), _duration(cell.seconds), _text(cell.network_mib + cell.files_mib, ".0f")]


def _text(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    unit, size = next((each for each in (("h", 3600), ("min", 60)) if seconds >= each[1]), ("s", 1))
    return f"{seconds / size:.1f} {unit}"


def _sums(cells: Sequence[Planned]) -> str:
    left = [cell for cell in cells if not cell.finished]
    views = sum(cell.views or 0 for cell in left)
    macs = sum(cell.macs or 0 for cell in left) / 1e9
    known = [cell.seconds for cell in left if cell.seconds is not None]
    hours = f"about {_duration(sum(known))}" if len(known) == len(left) else "the time is not known for all"
    disk = sum({cell.network: cell.network_mib for cell in left}.values()) + sum(cell.files_mib for cell in left)
    finished = f", {len(cells) - len(left)} of them finished before" if len(left) < len(cells) else ""
    work = f"{views:,} distinct views to forward, {macs:,.0f} G MACs, {hours}, {disk:,.0f} MiB"
    kept = sum({cell.prepared: cell.prepared_mib for cell in left}.values())
    images = f", and {kept:,.0f} MiB of decoded images (prepared)" if kept else ""
    return f"{len(cells)} cell{'' if len(cells) == 1 else 's'}{finished}: {work}{images}"
