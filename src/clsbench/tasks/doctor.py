"""``task=doctor``: a sample of the images -> hypotheses, tested -> which settings are wrong, as a tracked run."""

import time
from pathlib import Path

from omegaconf import DictConfig

from clsbench.composition.exact import answers_in_fp32
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.surroundings import tracker_of
from clsbench.console.progress import Standing, progress_bar
from clsbench.console.result import show_run
from clsbench.doctor.candidate import State
from clsbench.doctor.chance_level import diagnosis
from clsbench.doctor.examination import Examination, examination
from clsbench.doctor.named_labels import named_labels
from clsbench.doctor.result import Result
from clsbench.doctor.run_cell import doctor_cell
from clsbench.doctor.search import Search
from clsbench.doctor.terminal import show_findings, show_verdict
from clsbench.doctor.verdict import findings
from clsbench.sweeps.outcome import BETTER, FINISHED, Outcome
from clsbench.tasks.departures import departures


def doctor(cfg: DictConfig, folder: Path) -> Outcome:
    """Finds which settings are wrong; the outcome is not good if others are significantly better."""
    if cfg.task.onnx is not None:
        return departures(cfg, folder)
    check_counts(cfg)
    answers_in_fp32(cfg)
    with config_errors():
        tracker = tracker_of(cfg)
    with examination(cfg) as parts:
        cell = doctor_cell(cfg, parts)
        with tracker.run(cell, folder / "clsbench.log") as tracked:
            search, given, best = _searched(parts)
            lost = best is given and given.sight.is_near_chance
            found = diagnosis(parts, given) if lost else None
            result = Result(cfg, search, given, best, found, named_labels(parts, best, folder))
            result.write(cell.name, folder)
            tracked.metrics(result.metrics())
            tracked.tags({"verdict": result.verdict, "overrides": " ".join(result.overrides)})
            tracked.artifacts(folder)
            show_findings(cell.name, findings(search))
            show_run(tracked, tracker.uri, folder)
    show_verdict(result.verdict, result.overrides)
    if result.is_right:
        return Outcome(FINISHED, cell.name, tracked.run_id)
    return Outcome(BETTER, cell.name, tracked.run_id, error=result.verdict)


def _searched(parts: Examination) -> tuple[Search, State, State]:
    """The finished search, the given settings, and the best settings."""
    given = parts.given()
    images = len(parts.sample.samples)
    planned = len(parts.plan(given)) + 1
    start = time.perf_counter()
    with progress_bar(f"doctor {parts.model.name}", planned) as show:

        def notify(best: int) -> None:
            done = len(parts.bench.trials)
            speed = done * images / (time.perf_counter() - start)
            show(Standing(min(done, planned), 100 * (1 - best / images), None, speed))

        search = parts.search(notify)
        best = search.run(given)
    parts.check()
    return search, given, best
