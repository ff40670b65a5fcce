"""What may stand in a table, and the words for what may not."""

import pytest
from report_store import FakeRun, as_read, evaluation, timing

from clsbench.report.cell_status import MISSING, CellStatus, State, chosen, evaluation_status, timing_status
from clsbench.report.cells import AccuracyCell
from clsbench.report.run import Run

CELL = AccuracyCell("net", "standard", "single", 224, 256, "torch", {})
COMPLETE = evaluation(CELL, 22.0, 6.0)


def _status(run: FakeRun) -> CellStatus:
    return evaluation_status(_read(run), "torch")


def _read(run: FakeRun) -> Run:
    return as_read([run])[0]


def test_every_image_through_the_published_weights_is_a_result() -> None:
    assert _status(COMPLETE) == CellStatus(State.RESULT)
    assert _status(COMPLETE.tagged(weights_relation="same")).is_result


def test_published_weights_that_a_hub_kept_are_a_result_with_the_preprocessing_that_came_with_them() -> None:
    from_hub = COMPLETE.tagged(weights_relation="same").with_params(preprocessing="sidecar")
    assert _status(from_hub).is_result


@pytest.mark.parametrize(
    ("run", "state", "words"),
    [
        (COMPLETE.ended("FAILED"), State.FAILED, "failed"),
        (COMPLETE.ended("KILLED"), State.KILLED, "killed"),
        (COMPLETE.ended("RUNNING"), State.RUNNING, "not finished"),
        (COMPLETE.ended("FINISHED"), State.FAILED, "failed (no result)"),
        (COMPLETE.tagged(weights="random"), State.RANDOM, "random weights"),
        (COMPLETE.tagged(weights_relation="architecture"), State.OTHER_WEIGHTS, "other weights"),
        (COMPLETE.with_params(preprocessing="dpn"), State.OTHER_PREPROCESSING, "other preprocessing (dpn)"),
        (COMPLETE.with_params(limit="100").measured(images=100), State.PARTIAL, "partial (100 images)"),
        (COMPLETE.measured(images=300), State.PARTIAL, "partial (300 images)"),
        (COMPLETE.measured(images_bad=1), State.PARTIAL, "partial (1 bad image)"),
        (COMPLETE.tagged(bad_images="2 of 50000"), State.PARTIAL, "partial (bad images)"),
        (
            COMPLETE.with_params(limit="1000").measured(images=1000, images_bad=2),
            State.PARTIAL,
            "partial (1,000 images, 2 bad images)",
        ),
    ],
)
def test_everything_else_is_said_in_words(run: FakeRun, state: State, words: str) -> None:
    assert _status(run) == CellStatus(state, words)


def test_random_weights_are_no_matter_for_a_time() -> None:
    assert timing_status(_read(timing("net", 224, 3.0))).is_result
    assert timing_status(_read(timing("net", 224, 3.0).ended("FAILED"))).words == "failed"


def test_the_newest_result_is_taken_whatever_came_after_it() -> None:
    runs = as_read([COMPLETE, COMPLETE, COMPLETE.ended("FAILED"), COMPLETE.with_params(limit="10")])
    run, status = chosen(runs, lambda run: evaluation_status(run, "torch"))
    assert run == runs[1]
    assert status.is_result


def test_without_a_result_the_newest_finished_run_is_and_then_the_newest_of_all() -> None:
    partial, failed = COMPLETE.with_params(limit="10"), COMPLETE.ended("FAILED")
    runs = as_read([partial, failed])
    assert chosen(runs, lambda run: evaluation_status(run, "torch"))[0] == runs[0]
    runs = as_read([COMPLETE.ended("KILLED"), failed])
    assert chosen(runs, lambda run: evaluation_status(run, "torch"))[1].words == "failed"


def test_a_cell_without_runs_is_missing() -> None:
    assert chosen([], timing_status) == (None, MISSING)
