"""Differences in settings, software and measurements: the params, tags and metrics that vary between the runs."""

from collections.abc import Sequence

from clsbench.compare.contenders import Contender
from clsbench.compare.tables import Table, differing

# Who ran it, when and where: different in any two runs, and no reason for a different result.
_BOOKKEEPING = ("fingerprint", "sweep_id", "overrides", "resumed", "error", "bad_images", "noisy")
_PREFIXES = ("mlflow.", "clsbench.")
_SHA256 = 64


def settings_tables(contenders: Sequence[Contender]) -> list[Table]:
    """Params and tags; a table without differences is left out."""
    letters = [each.letter for each in contenders]
    params = differing("Params that differ", letters, [each.run.params for each in contenders])
    tags = differing("Tags that differ", letters, [_key_tags(each) for each in contenders])
    return [table for table in (params, tags) if table.rows]


def metrics_table(contenders: Sequence[Contender]) -> Table:
    """Metrics of the whole runs, as logged; for two runs with the difference."""
    letters = [each.letter for each in contenders]
    values = [each.run.metrics for each in contenders]
    rows = []
    # An accuracy only restates the error.
    for key in sorted({key for each in values for key in each if not key.endswith("_accuracy")}):
        found = [each.get(key) for each in values]
        if len(set(found)) > 1:
            difference = [_difference(*found)] if len(found) == 2 else []
            rows.append((key, *("" if value is None else f"{value:.6g}" for value in found), *difference))
    difference = [f"{letters[1]} - {letters[0]}"] if len(letters) == 2 else []
    return Table("Metrics of the whole runs that differ", ("", *letters, *difference), rows)


def _difference(a: float | None, b: float | None) -> str:
    return "" if a is None or b is None else f"{b - a:+.4g}"


def _key_tags(each: Contender) -> dict[str, str]:
    return {
        key: f"{value[:12]}…" if len(value) == _SHA256 else value
        for key, value in each.run.tags.items()
        if key not in _BOOKKEEPING and not key.startswith(_PREFIXES) and key not in each.run.params
    }
