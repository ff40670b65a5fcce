from clsbench.sweeps.outcome import DIED, FAILED, FINISHED, PART, SKIPPED, JobOutcome, Outcome
from clsbench.sweeps.whole_cells import whole_cells


def _job(number: int, status: str, shard: str = "", crop: str = "single", run_id: str = "") -> JobOutcome:
    overrides = (f"crop={crop}", *((f"shard={shard}", "shards=2") if shard else ()))
    return JobOutcome(number, overrides, Outcome(status, f"net {crop} shard {shard}", run_id, shard=shard))


def test_unsplit_jobs_stay_as_they_are_also_equal_ones() -> None:
    jobs = [_job(0, FINISHED), _job(1, FAILED)]
    assert whole_cells(jobs) == jobs


def test_a_split_cell_is_the_job_that_merged_its_shards() -> None:
    merged = JobOutcome(1, ("crop=single",), Outcome(FINISHED, "net", "r1", shard="2/2"))
    other = [_job(2, SKIPPED, "1/2", "multi12", run_id="r2"), _job(3, SKIPPED, "2/2", "multi12", run_id="r2")]
    cells = whole_cells([_job(0, PART, "1/2"), merged, *other])
    assert [(cell.number, cell.outcome.status, cell.outcome.run_id) for cell in cells] == [
        (1, FINISHED, "r1"),
        (2, SKIPPED, "r2"),
    ]
    assert cells[0].overrides == ("crop=single",)


def test_a_split_cell_without_a_result_is_its_first_shard_that_went_wrong() -> None:
    died = JobOutcome(1, ("crop=single", "shards=2", "shard=2/2"), Outcome(DIED, error="no word"))
    (cell,) = whole_cells([_job(0, PART, "1/2"), died])
    assert (cell.number, cell.outcome.status, cell.outcome.error) == (1, DIED, "shard 2/2: no word")


def test_shards_that_are_all_done_and_not_merged_are_no_result() -> None:
    (cell,) = whole_cells([_job(0, PART, "1/2"), _job(1, PART, "2/2")])
    assert not cell.outcome.good
    assert "clsbench merge" in cell.outcome.error


def test_some_of_the_shards_are_what_was_asked_for() -> None:
    (cell,) = whole_cells([_job(0, PART, "1/2")])
    assert cell.outcome.good
    assert cell.outcome.name == "net single shards 1/2"


def test_the_same_cell_in_two_and_in_three_shards_is_two_cells() -> None:
    assert len(whole_cells([_job(0, PART, "1/2"), _job(1, PART, "1/3")])) == 2
