import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from clsbench.data.dataset import Sample
from clsbench.shards.proof import proven
from clsbench.shards.records import Records
from clsbench.shards.shard import Shard, all_shards
from clsbench.shards.work import devices, merged_tally, processors, write_shards

Made = Callable[..., Records]


def _parts(records_of: Made) -> list[Records]:
    """Of 20 images in batches of 4: shards of 8 and 12, the second of which is slower and was resumed once."""
    first, second = (records_of(shard) for shard in all_shards(2))
    slow = replace(second.work, images=8, seconds=2.0, peak_rss_mib=300.0, milliseconds=[9.0, 3.0], views=[4, 4])
    return [first, replace(second, work=slow)]


def test_work_is_summed_and_the_slowest_told_apart(records_of: Made, samples: Sequence[Sample]) -> None:
    parts = _parts(records_of)
    metrics = merged_tally(7, None, proven(parts, 2, {}, samples), parts).metrics()
    assert metrics["work_seconds"] == 2.5
    assert metrics["wall_seconds"] == 2.0
    assert metrics["images_per_second"] == 16 / 2.5
    assert metrics["load_seconds"] == pytest.approx(0.2)
    assert metrics["peak_rss_mib"] == 300
    assert metrics["first_batch_ms"] == 9.0
    assert metrics["batch_ms_p50"] == 2.25  # of 1.5 and 3: each shard's first forward warms up
    assert metrics["images"] == 20
    assert metrics["views"] == sum(each.views for part in parts for each in part.predictions)
    assert metrics["forwards"] == 5


def test_an_engine_without_a_clock_has_no_times(records_of: Made, samples: Sequence[Sample]) -> None:
    parts = [replace(part, engine={"is_clocked": False}) for part in _parts(records_of)]
    metrics = merged_tally(7, None, proven(parts, 2, {}, samples), parts).metrics()
    assert not {"work_seconds", "wall_seconds", "images_per_second", "load_seconds"} & set(metrics)


def test_each_shard_has_a_row_with_its_images_and_its_machine(records_of: Made, tmp_path: Path) -> None:
    write_shards([*_parts(records_of), records_of(Shard(1, 8))], tmp_path)
    with (tmp_path / "shards.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["shard"], row["first_image"], row["images"], row["seconds"], row["host"]) for row in rows] == [
        ("1/2", "1", "8", "0.500", "node"),
        ("2/2", "9", "12", "2.000", "node"),
        ("1/8", "", "0", "0.500", "node"),
    ]


def test_the_processors_that_scored_images_are_known(records_of: Made) -> None:
    first, second = _parts(records_of)
    assert processors([first, replace(second, work=replace(second.work, processor="old"))]) == ["cpu", "old"]


def test_the_gpus_that_shared_an_evaluation_are_known(records_of: Made) -> None:
    first, second = _parts(records_of)
    assert devices([first, second]) == ""
    named = [replace(each, work=replace(each.work, device=f"cuda:{n}")) for n, each in enumerate((first, second))]
    assert devices(named) == "cuda:0,cuda:1"
