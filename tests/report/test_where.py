"""Which runs count."""

from report_store import FakeRun, as_read

from clsbench.report.run import Run
from clsbench.report.where import Where, parse_where


def _run(status: str = "FINISHED", **tags: str) -> Run:
    (run,) = as_read([FakeRun("a", tags, {"batch_size": "8"}, status=status)])
    return run


def test_words_are_tags_or_params() -> None:
    where = parse_where("engine=openvino batch_size=8")
    assert where.holds(_run(engine="openvino"))
    assert not where.holds(_run(engine="torch"))
    assert not parse_where("params.batch_size=4").holds(_run())


def test_a_word_takes_one_of_several_values_or_none_of_them() -> None:
    assert parse_where("engine=openvino,torch").holds(_run(engine="torch"))
    assert not parse_where("engine!=openvino,torch").holds(_run(engine="torch"))
    assert parse_where("engine!=openvino,torch").holds(_run(engine="caffe"))


def test_a_finished_run_without_the_key_does_not_hold_but_one_that_failed_before_it_knew_does() -> None:
    where = parse_where("device=cpu")
    assert not where.holds(_run())
    assert where.holds(_run("FAILED"))
    assert not where.holds(_run("FAILED", device="cuda:0"))


def test_anything_else_is_left_to_mlflow() -> None:
    assert parse_where("metrics.top1_error < 20") == Where(mlflow_filter="metrics.top1_error < 20")
    assert parse_where("tags.engine = 'torch'").mlflow_filter


def test_without_words_every_run_counts() -> None:
    assert parse_where("").holds(_run())
    assert parse_where("") == Where()


def test_a_tag_is_searched_by_the_store_and_a_run_without_it_never_counts() -> None:
    where = Where(mlflow_filter="metrics.top1_error < 20").with_tag("sweep_id", "it's")
    assert where.searched == ['tags.`sweep_id` = "it\'s"', "metrics.top1_error < 20"]
    assert where.holds(_run(sweep_id="it's"))
    assert not where.holds(_run("FAILED"))


def test_a_value_that_no_filter_can_hold_is_searched_in_the_runs() -> None:
    where = Where().with_tag("sweep_id", "'\"")
    assert not where.searched
    assert where.holds(_run(sweep_id="'\""))
    assert not where.holds(_run(sweep_id="another"))
