"""The files of a comparison: ``compare.md``, ``compare.json``, ``flips.csv`` and ``gallery.html``."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from clsbench.compare.comparison import Comparison
from clsbench.compare.contenders import Contender
from clsbench.compare.flips import write_flips
from clsbench.compare.gallery import gallery_html
from clsbench.compare.tables import in_markdown


def write_files(
    comparison: Comparison,
    contenders: Sequence[Contender],
    folder: Path,
    read: Callable[[str], bytes | None],
    gallery: int,
) -> list[Path]:
    """The files written, replacing an earlier comparison in ``folder``; flips only if images were compared."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "compare.md", folder / "compare.json"]
    written[0].write_text(_markdown(comparison, contenders), encoding="utf-8")
    facts = {
        "answers": list(comparison.answers),
        "worse": comparison.worse,
        "runs": {each.letter: {"run_id": each.run.run_id, "name": each.run.name} for each in contenders},
        "notes": list(comparison.notes),
        **comparison.facts,
    }
    written[1].write_text(json.dumps(facts, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    if comparison.flips:
        written += [folder / "flips.csv", folder / "gallery.html"]
        write_flips(comparison.flips, written[2])
        title = " and ".join(each.run.name for each in contenders)
        lines = [*comparison.answers, *(each.title for each in contenders), *comparison.notes]
        written[3].write_text(gallery_html(title, lines, comparison.flips, read, gallery), encoding="utf-8")
    return written


def _markdown(comparison: Comparison, contenders: Sequence[Contender]) -> str:
    paragraphs = [f"**{in_markdown(answer)}**" for answer in comparison.answers]
    paragraphs += ["".join(f"- {in_markdown(each.title)}\n" for each in contenders).rstrip()]
    paragraphs += [f"Note: {in_markdown(note)}." for note in comparison.notes]
    return "\n\n".join([*paragraphs, *(each.markdown().rstrip() for each in comparison.tables)]) + "\n"
