"""``shard=3/8``: one of the jobs that an evaluation is split into; the last one to finish makes the run."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from omegaconf import DictConfig

from clsbench.cells.already_finished import finished_before, finished_meanwhile, skipped
from clsbench.cells.cell import cell_of, description_tags
from clsbench.cells.shard_places import about, place_of
from clsbench.composition.parts import Parts, assembled
from clsbench.composition.quantisation import prepare
from clsbench.console.progress import Show, progress_bar
from clsbench.console.result import show_line
from clsbench.data.datasets.part import part_of
from clsbench.engines.engine import Description
from clsbench.evaluation.journal import journal_at
from clsbench.evaluation.memory import forget_peak
from clsbench.evaluation.tally import Tally
from clsbench.results.environment import cpu_name, software
from clsbench.shards.meeting import Meeting
from clsbench.shards.other_machines import take_journal
from clsbench.shards.records import Records, Work, moved
from clsbench.shards.shard import Shard
from clsbench.sweeps.outcome import PART, Outcome
from clsbench.tasks.evaluate import check_artifacts
from clsbench.tasks.evaluation import Evaluation
from clsbench.tasks.merge import merged_before, merged_run
from clsbench.tasks.rescore import exact_description
from clsbench.tracking.process_identity import host
from clsbench.tracking.tracker import Cell
from clsbench.tracking.untracked import Untracked


def evaluate_shard(cfg: DictConfig, folder: Path, shard: Shard) -> Outcome:
    """Writes the shard's records where the other jobs find them. The last job makes the run.

    A finished cell or shard is left alone.
    """
    forget_peak()
    check_artifacts(cfg)
    parts = assembled(cfg)
    cell = cell_of(cfg, parts)
    place = place_of(cfg, cell, shard.count, parts.tracker)
    if done := finished_before(cfg, parts.tracker, cell, parts.engine):
        place.tidy()
        return skipped(cell, done)
    if not cfg.resume and not place.folder.name.startswith(f"of-{shard.count}-"):  # begins a single run anew
        place.begin_anew(shard)
    if merged := merged_before(cell, place):
        return merged
    place.begin(about(cfg, cell, parts))
    name = f"{cell.name} shard {shard}"
    if place.is_done(shard):
        show_line(f"{name}: is done; resume=false evaluates it again")
    else:
        records, batch_size = evaluated(cfg, parts, cell, (shard, place))
        place.keep(records, batch_size, about(cfg, cell, parts))
    there = place.done()
    if len(there) == shard.count:
        return merged_run(cfg, parts, cell, place, folder)
    # A second worker of the same shard comes when all are merged; nobody owns what it left.
    if done := finished_meanwhile(cfg, parts.tracker, cell, parts.engine):
        place.forget()
        return skipped(cell, done)
    if merged := merged_before(cell, place):
        place.throw_away(shard)
        return merged
    show_line(f"{name}: done; {len(there)} of {shard.count} shards are done, and the last one merges them into one run")
    return Outcome(PART, name)


@dataclass(frozen=True)
class Onlooker:
    """Follows the evaluation of a shard, and names its device if the engine's name differs.

    ``opened`` is called with the engine's batch size.
    """

    opened: Callable[[int], None] = lambda _: None
    progress: Callable[[str, int, int], AbstractContextManager[Show]] = progress_bar
    device: str = ""


def evaluated(
    cfg: DictConfig, parts: Parts, cell: Cell, at: tuple[Shard, Meeting], onlooker: Onlooker = Onlooker()
) -> tuple[Records, int]:
    """The shard's records, and the batch size used."""
    shard, place = at
    prepare(parts.model)
    started = time.perf_counter()
    # Untracked: a shard is not a result, and must not look like one.
    with parts.engine.open(parts.model) as predictor, Untracked().run(cell, Path()) as nowhere:
        load_seconds = time.perf_counter() - started
        description = exact_description(predictor.description, parts.exact)
        onlooker.opened(description.batch_size)
        block = shard.block(len(parts.dataset.samples), description.batch_size)
        own = replace(parts, dataset=part_of(parts.dataset, block))
        identity = identity_of(cell, description)
        with journal_at(place.journals(shard) / host(), own.dataset.samples, resume=True) as journal:
            take_journal(journal.path)
            tally = Tally(parts.model.classes, subset=parts.subset, keeps_fifth=parts.exact is not None)
            evaluation = Evaluation(cfg, own, journal, tally, progress=onlooker.progress)
            # A journal belongs to exactly these images.
            of_block = f"{identity['fingerprint']} images {block.start} to {block.stop}"
            evaluation.take_over({**identity, "fingerprint": of_block}, description.batch_size, nowhere)
            if block:
                evaluation.run(predictor, nowhere)
    work = replace(_work(evaluation.tally, load_seconds), device=onlooker.device)
    engine = asdict(description)
    return Records(shard, identity, moved(evaluation.predictions, block.start), work, engine), description.batch_size


def identity_of(cell: Cell, description: Description) -> dict[str, str]:
    """Everything that the predictions depend on, with the engine opened; the same for every shard of an evaluation."""
    tags: Mapping[str, str] = {**cell.tags, **description_tags(description)}
    left_out = {"git_commit", "store_chosen_by", "sweep_id", "mlflow.parentRunId"}
    counted = {key: value for key, value in tags.items() if key not in left_out}
    return {**counted, **software(), "batch_size": str(description.batch_size)}


def _work(tally: Tally, load_seconds: float) -> Work:
    latency = tally.latency
    return Work(
        images=tally.timed_images,
        seconds=tally.seconds,
        load_seconds=load_seconds,
        peak_rss_mib=tally.metrics()["peak_rss_mib"],
        views=list(latency.views),
        milliseconds=list(latency.milliseconds),
        host=host(),
        processor=cpu_name(),
    )
