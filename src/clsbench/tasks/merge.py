"""``task=merge``: merges the shards of an evaluation, proven complete, into the run of the unsplit evaluation."""

import logging
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.cells.already_finished import finished_before, finished_meanwhile, skipped
from clsbench.cells.cell import cell_of, description_tags, evaluated_tags, opened_params
from clsbench.cells.network import file_size
from clsbench.cells.shard_places import beside, places_of, where
from clsbench.composition.parts import Parts, assembled
from clsbench.composition.shards import make_unsplit
from clsbench.console.result import show_line
from clsbench.engines.engine import Description
from clsbench.errors import MergeError
from clsbench.evaluation.journal import FILE, Journal
from clsbench.results.configuration import write_configuration, write_overrides
from clsbench.shards.claim import Claim, broken_off, claimed
from clsbench.shards.jobs import unsplit
from clsbench.shards.meeting import FOLDER as VIA_FOLDER
from clsbench.shards.meeting import Meeting
from clsbench.shards.place import Merged
from clsbench.shards.proof import proven
from clsbench.shards.records import Records
from clsbench.shards.work import devices, merged_tally, processors, write_shards
from clsbench.sweeps.figures import kept_metrics
from clsbench.sweeps.outcome import FINISHED, SKIPPED, Outcome
from clsbench.tasks.evaluate import check_artifacts, show_evaluation
from clsbench.tasks.evaluation import Evaluation
from clsbench.tasks.rescore import FOLDER, forget, rescore
from clsbench.tracking.tracker import Cell

log = logging.getLogger(__name__)

_IDENTITY = ("fingerprint", "weights_sha256", "network_sha256", "dataset_sha256")


def merge(cfg: DictConfig, folder: Path) -> Outcome:
    """Merges the shards of any jobs by hand. Raises MergeError if they are not one complete evaluation."""
    check_artifacts(cfg)
    count = cfg.shards
    make_unsplit(cfg)
    parts = assembled(cfg)
    cell = cell_of(cfg, parts)
    if done := finished_before(cfg, parts.tracker, cell, parts.engine):
        return skipped(cell, done)
    places = [place for place in places_of(cfg, cell, parts.tracker) if count in (None, place.count)]
    if not places:
        raise MergeError(
            f"{cell.name}: there are no shards of it in {where(cfg, parts.tracker)}{beside(cfg, cell, parts)}"
        )
    place = max(places, key=_standing)
    return merged_before(cell, place) or merged_run(cfg, parts, cell, place, folder)


def _standing(place: Meeting) -> tuple[bool, bool, float]:
    """Which of several places to merge: the complete one, else one merged before, else the most advanced."""
    done = len(place.done())
    return done == place.count, place.merged() is not None, done / place.count


def merged_before(cell: Cell, place: Meeting) -> Outcome | None:
    """Says that the shards are already merged; computes nothing and makes no run."""
    if (merged := place.merged()) is None:
        return None
    what = f"run {merged.run_id}" if merged.run_id else f"the files in {merged.folder}"
    show_line(f"{cell.name}: skipped, its shards are merged into {what}; resume=false computes it again")
    return Outcome(SKIPPED, cell.name, merged.run_id, figures=merged.figures)


def merged_run(cfg: DictConfig, parts: Parts, cell: Cell, place: Meeting, folder: Path) -> Outcome:
    """The run of all shards, made once, whichever workers get here; a second one waits until the first has made it.

    Raises MergeError if the shards do not make up one evaluation; then there is no run.
    """
    device = parts.engine.identity()["device"]
    with claimed(place.claims, place.is_settled) as claim:
        if before := merged_before(cell, place):
            return before
        # A merge may have finished in the tracker and no further.
        done = parts.tracker.finished(cell, device)
        if done and (cfg.resume or done.run_id in broken_off(place.claims)):
            if claim is not None:
                _settle(place, Merged(done.run_id, "", kept_metrics(done.metrics)))
                if cfg.resume:
                    place.forget()
            return skipped(cell, done)
        if claim is None:
            raise MergeError(f"{place.claims}: it was removed while its shards were being merged; start again")
        merged = _merged(cfg, parts, cell, (place, claim), folder)
        _settle(place, merged)
        if finished_meanwhile(cfg, parts.tracker, cell, parts.engine):
            place.forget()
    return Outcome(FINISHED, cell.name, merged.run_id, figures=merged.figures)


def _settle(place: Meeting, merged: Merged) -> None:
    place.settle(merged)
    forget(place.folder / FOLDER)


def _merged(cfg: DictConfig, parts: Parts, cell: Cell, at: tuple[Meeting, Claim], folder: Path) -> Merged:
    place, claim = at
    make_unsplit(cfg)
    evaluation, records = _evaluation(cfg, parts, cell, place)
    cfg.merge.via = VIA_FOLDER  # as in the unsplit run
    description = Description(**records[0].engine)
    write_overrides(unsplit(HydraConfig.get().overrides.task), folder)
    write_configuration(cfg, folder)
    write_shards(records, folder)
    with parts.tracker.run(cell, folder / "clsbench.log") as tracked:
        claim.of_run(tracked.run_id)
        tracked.params(opened_params(description))
        tracked.tags({**description_tags(description), "shards": str(place.count)})
        if several := devices(records):
            tracked.tags({"devices": several})
        tracked.metrics(file_size(parts.engine, parts.model))
        rescore(evaluation, cell, tracked, place.folder / FOLDER, folder)
        evaluation.keep(tracked, folder)
        tracked.tags(evaluated_tags(cell, evaluation.metrics()))
        claim.check()
        show_evaluation(evaluation, cell, tracked, folder)
    return Merged(tracked.run_id, str(folder), kept_metrics(evaluation.metrics()))


def _evaluation(cfg: DictConfig, parts: Parts, cell: Cell, place: Meeting) -> tuple[Evaluation, list[Records]]:
    """The whole evaluation, as if it had just been made, and its parts. Raises MergeError."""
    samples = parts.dataset.samples
    records = place.read(samples)
    identity = {key: cell.tags[key] for key in _IDENTITY}
    try:
        predictions = proven(records, place.count, identity, samples)
    except MergeError as error:
        raise MergeError(f"{cell.name}: {error}{beside(cfg, cell, parts)}") from error
    if len(ran_on := processors(records)) > 1:
        on = " and ".join(ran_on)
        log.warning("shards ran on %s: scores may differ from one processor's in their last digits", on)
    tally = merged_tally(parts.model.classes, parts.subset, predictions, records)
    journal = Journal(place.folder / FILE, samples)  # never opened: everything is there
    evaluation = Evaluation(cfg, parts, journal, tally, engine=records[0].engine, predictions=predictions)
    return evaluation, records
