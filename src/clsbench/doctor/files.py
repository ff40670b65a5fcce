"""``doctor.json`` and ``hypotheses.csv``: the verdict for programs, and every hypothesis with its evidence."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from clsbench.doctor.candidate import Candidate, State
from clsbench.doctor.overridden import overridden
from clsbench.doctor.verdict import Finding

_SETTINGS = (
    *("dataset.label_order", "dataset.first_label", "model.label_order", "model.channel_order"),
    *("preprocessing.mean", "preprocessing.std", "preprocessing.scale", "crop_size", "base_size"),
    *("model.output", "model.dense"),
)


def write_doctor(path: Path, content: Mapping[str, object]) -> None:
    """Writes the verdict as JSON."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def state_entry(cfg: DictConfig, state: State) -> dict[str, object]:
    """The settings, and the number of right images with them."""
    used = overridden(cfg, state.overrides)
    settings = {key: _plain(used, key) for key in _SETTINGS}
    settings["resize"] = str(used.resize["_target_"]).rpartition(".")[2]
    problem = state.labelling.problem or state.sight.trial.problem
    return {
        "images": len(state.sight.labels),
        "top1_accuracy": 100 * float(state.sight.hits.mean()),
        "top5_accuracy": 100 * float(state.sight.trial.hits(state.sight.labels, 5).mean()),
        "settings": settings,
        **({"problem": problem} if problem else {}),
    }


def factor_entry(finding: Finding) -> dict[str, object]:
    """The best value of a factor, and the evidence for it."""
    return {
        "factor": finding.factor,
        "best": ", ".join(each.name for each in finding.candidate.hypotheses if each.factor == finding.factor),
        "verdict": finding.verdict,
        "found": finding.candidate.paired.found,
        "values": finding.values,
        "beside": [each.name for each in finding.candidate.state.hypotheses if each.factor != finding.factor],
        **_evidence(finding.candidate),
    }


def write_hypotheses(candidates: Iterable[Candidate], path: Path) -> None:
    """One row per candidate, compared with the state that the search was in."""
    headings = ("hypothesis", "overrides", "top1_accuracy", "gained", "lost", "p", "p_corrected", "p_rank", "found")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for each in candidates:
            evidence = _evidence(each)
            name = ", ".join(f"{one.factor} {one.name}" for one in each.hypotheses)
            writer.writerow(
                (name, " ".join(each.state.overrides), *(evidence[key] for key in headings[2:-1]), each.paired.found)
            )


def _evidence(candidate: Candidate) -> dict[str, object]:
    paired = candidate.paired
    return {
        "top1_accuracy": 100 * float(candidate.state.sight.hits.mean()),
        "gained": paired.gained,
        "lost": paired.lost,
        "p": paired.p,
        "p_corrected": paired.p_corrected,
        "p_rank": paired.p_rank,
    }


def _plain(cfg: DictConfig, key: str) -> object:
    value = OmegaConf.select(cfg, key)
    plain: Sequence[object] | object = OmegaConf.to_container(value) if OmegaConf.is_config(value) else value
    return plain
