"""tests/facts holds the figures that were gathered, no more and no other."""

import csv
import io
import runpy
from pathlib import Path

from kept_facts import FACTS

TOOL = Path(__file__).resolve().parents[1] / "tools" / "facts.py"


def test_the_kept_facts_are_the_gathered_ones(facts: Path) -> None:
    wanted = runpy.run_path(str(TOOL))["tables"](facts)

    assert {str(path.relative_to(FACTS).with_suffix("")) for path in FACTS.rglob("*.csv")} == set(wanted)
    for name, table in wanted.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
        assert (FACTS / f"{name}.csv").read_text(encoding="utf-8") == text.getvalue(), name
