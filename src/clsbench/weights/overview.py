"""A table of every network's weights: what is present, and what is available where."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from clsbench.errors import WeightsError
from clsbench.weights.mappings import REFUSED
from clsbench.weights.published_file import Published, published_of
from clsbench.weights.sidecar import read_sidecar, sidecar_path
from clsbench.weights.source import SAME
from clsbench.weights.sources import sources_of
from clsbench.zoo.catalogue import Entry

_MIB = 2**20
_HEADINGS = ("network", "present", "published MiB", "from", "weights", "licence", "where", "evidence")


def weights_table(entries: Iterable[Entry], folder: Path, models: Path) -> Table:
    """One row per source; ``folder`` is where the weights are, ``models`` is conf/model."""
    table = Table(title=f"weights in {folder}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right" if heading == "published MiB" else "left")
    for entry in entries:
        lead = (entry.name, _present(folder / entry.weights), f"{entry.published_mib or ''}")
        for row in _rows(entry, published_of(entry.name, models)):
            table.add_row(*lead, *row)
            lead = ("", "", "")
    return table


def _rows(entry: Entry, published: Published) -> Iterator[tuple[str, str, str, str, str]]:
    licence = published.licence or "none stated"
    links = [("Google Drive", published.google), ("Baidu (by hand)", published.baidu)]
    where = "\n".join(f"{name}: {link}" for name, link in links if link)
    yield "published", "the published", licence, where or "no link", REFUSED.get(entry.name, "")
    for source in sources_of(entry.name):
        relation = "same" if source.relation == SAME else "same architecture only"
        yield source.library, relation, source.licence, source.location, source.evidence


def _present(path: Path) -> str:
    if not path.is_file():
        return ""
    size = f"{path.stat().st_size / _MIB:.1f} MiB"
    try:
        sidecar = read_sidecar(path)
    except WeightsError:
        return f"{size}, but {sidecar_path(path).name} is not its"
    return f"{size}, {sidecar.title if sidecar else 'no sidecar'}"
