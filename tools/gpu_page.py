"""Makes docs/gpu.md from the results of gpu_check.py."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def page(folder: Path, questions: Mapping[str, str]) -> str:
    """The page; ``questions``: the question that each step answers, by step name."""
    on = json.loads((folder / "machine.json").read_text())
    lines = [
        "# On a GPU",
        "",
        f"Written by `python tools/gpu_check.py --page` from a run of `tools/gpu_check.sh` on {on['date']}: "
        f"{on['device']}, {on['cores']} CPU cores, Python {on['python']}.",
    ]
    for name, question in questions.items():
        file = folder / f"{name}.json"
        outcome: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {"rc": "not run"}
        lines += ["", f"## {name}", "", question, ""]
        if outcome["rc"] != 0:
            lines.append(f"**{outcome['rc']}**: {'what it found until then' if 'result' in outcome else 'no result'}.")
            if "result" not in outcome:
                continue
            lines.append("")
        lines += ["| | |", "| --- | --- |"]
        lines += [f"| {key} | {_cell(value)} |" for key, value in outcome["result"].items()]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_cell(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_cell, value)) or "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value).replace("\n", " ")
