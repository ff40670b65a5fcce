"""``task=evaluate``: images -> engine -> errors, predictions and timing as a tracked run: one cell of Table 1."""

import time
from dataclasses import asdict
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.cells.already_finished import finished_before, skipped
from clsbench.cells.cell import cell_of, description_tags, evaluated_tags, opened_params
from clsbench.cells.network import file_size
from clsbench.composition.parts import assembled
from clsbench.composition.quantisation import prepare
from clsbench.console.result import show_hint, show_result, show_run
from clsbench.doctor.hint import doctor_hint
from clsbench.errors import ConfigError
from clsbench.evaluation.journal import journal_at
from clsbench.evaluation.memory import forget_peak
from clsbench.evaluation.tally import Tally
from clsbench.shards.jobs import unsplit
from clsbench.sweeps.figures import kept_metrics
from clsbench.sweeps.membership import sweep_folder
from clsbench.sweeps.outcome import FINISHED, Outcome
from clsbench.tasks.evaluation import Evaluation
from clsbench.tasks.rescore import FOLDER, PENDING, exact_description, forget, rescore
from clsbench.tracking.tracker import Cell, RunLog


def evaluate(cfg: DictConfig, folder: Path) -> Outcome:
    """Runs every image through the network, and saves errors, predictions and timing as one tracked run.

    With ``resume`` a cell that has its result in the tracker is shown and left alone.
    """
    forget_peak()
    check_artifacts(cfg)
    parts = assembled(cfg)
    cell = cell_of(cfg, parts)
    if done := finished_before(cfg, parts.tracker, cell, parts.engine):
        if sweep_folder() is None:
            show_result(cell.name, done.metrics)
        return skipped(cell, done)
    unfinished = Path(cfg.paths.outputs) / "unfinished" / cell.tags["fingerprint"]
    with journal_at(unfinished, parts.dataset.samples, resume=cfg.resume) as journal:
        tally = Tally(parts.model.classes, subset=parts.subset, keeps_fifth=parts.exact is not None)
        evaluation = Evaluation(cfg, parts, journal, tally)
        run_id = _tracked(evaluation, cell, folder)
        journal.finished()  # not before the run is FINISHED
        forget(unfinished / FOLDER)
    return Outcome(FINISHED, cell.name, run_id, figures=kept_metrics(evaluation.tally.metrics()))


def _tracked(evaluation: Evaluation, cell: Cell, folder: Path) -> str:
    """The id of the finished run."""
    parts = evaluation.parts
    with parts.tracker.run(cell, folder / "clsbench.log") as tracked:
        try:
            prepare(parts.model)
            started = time.perf_counter()
            with parts.engine.open(parts.model) as predictor:
                evaluation.tally.load_seconds = time.perf_counter() - started
                evaluation.tally.is_clocked = predictor.description.is_clocked
                description = exact_description(predictor.description, parts.exact)
                tags = description_tags(description)
                tracked.params(opened_params(description))
                tracked.tags({**tags, "exact": PENDING} if parts.exact else tags)
                tracked.metrics(file_size(parts.engine, parts.model))
                evaluation.take_over({**cell.tags, **tags}, description.batch_size, tracked)
                evaluation.run(predictor, tracked)
                evaluation.engine = asdict(exact_description(predictor.description, parts.exact))
            rescore(evaluation, cell, tracked, evaluation.journal.path.parent / FOLDER, folder)
        finally:  # what was measured is kept, however the run ends
            evaluation.keep(tracked, folder)
            tracked.tags(evaluated_tags(cell, evaluation.metrics()))
        show_evaluation(evaluation, cell, tracked, folder)
    return tracked.run_id


def check_artifacts(cfg: DictConfig) -> None:
    """Raises ConfigError if ``artifacts`` is neither full nor small."""
    if cfg.artifacts not in ("full", "small"):
        raise ConfigError(f"artifacts={cfg.artifacts}: choose full or small")


def show_evaluation(evaluation: Evaluation, cell: Cell, tracked: RunLog, folder: Path) -> None:
    """Prints the result, where it is stored, and what to do if it looks wrong."""
    parts = evaluation.parts
    show_result(cell.name, evaluation.metrics())
    show_run(tracked, parts.tracker.uri, folder)
    hint = doctor_hint(evaluation.tally, evaluation.metrics(), unsplit(HydraConfig.get().overrides.task))
    if hint and parts.model.weights is not None:
        show_hint(hint)
