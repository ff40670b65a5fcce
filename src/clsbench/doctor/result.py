"""The result of an examination: its verdict, overrides, metrics and files."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from omegaconf import DictConfig

from clsbench.doctor.activations import write_layers
from clsbench.doctor.candidate import Candidate, State
from clsbench.doctor.chance_level import Diagnosis, rows_of
from clsbench.doctor.copyable import copyable
from clsbench.doctor.files import factor_entry, state_entry, write_doctor, write_hypotheses
from clsbench.doctor.plot import write_plot
from clsbench.doctor.search import Search
from clsbench.doctor.verdict import findings, verdict_of


@dataclass(frozen=True)
class Result:
    """``diagnosis`` is set if the given settings are right no more often than a guess, and none are better."""

    cfg: DictConfig
    search: Search
    given: State
    best: State
    diagnosis: Diagnosis | None
    named: Sequence[str]  # overrides that use the labels in the images' names

    @property
    def is_right(self) -> bool:
        """Whether no other settings are better, and the labels are not a permutation."""
        return self.best is self.given and not (self.diagnosis and self.diagnosis.matching.is_permutation)

    @cached_property
    def verdict(self) -> str:
        """The verdict in one line."""
        return verdict_of(self.search, self.given, self.best, self.diagnosis)

    @property
    def overrides(self) -> Sequence[str]:
        """Overrides to append to the given command."""
        return (*copyable(self.best), *self.named)

    @property
    def candidates(self) -> Sequence[Candidate]:
        """The single factors from the given settings, then the steps that the search took."""
        return [*self.search.first, *(each for each in self.search.steps if each not in self.search.first)]

    def metrics(self) -> dict[str, float]:
        """For the tracker, in percent."""
        return {
            "images": len(self.given.sight.labels),
            "given_top1_accuracy": 100 * float(self.given.sight.hits.mean()),
            "best_top1_accuracy": 100 * float(self.best.sight.hits.mean()),
            "hypotheses": len(self.search.bench.trials) * len(self.search.labellings),
        }

    def write(self, title: str, folder: Path) -> None:
        """doctor.json, hypotheses.csv, permutation.csv if the labels were matched, and the plot."""
        content = {
            "verdict": self.verdict,
            "given": state_entry(self.cfg, self.given),
            "best": state_entry(self.cfg, self.best),
            "overrides": list(self.overrides),
            "factors": [factor_entry(each) for each in findings(self.search)],
        }
        write_doctor(folder / "doctor.json", content)
        write_hypotheses(self.candidates, folder / "hypotheses.csv")
        if self.diagnosis is not None:
            with (folder / "permutation.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(("label", "class", "images", "matched"))
                writer.writerows(rows_of(self.diagnosis.matching))
            write_layers(self.diagnosis.layers, folder / "layers.csv")
        plotted = [each for each in self.candidates if len(each.hypotheses) == 1 or each.paired.found]
        write_plot(plotted, self.given, title, folder / "plots" / "hypotheses.png")
