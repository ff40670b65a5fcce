"""Which of a dataset's images a run takes."""

from command_line import Cli


def test_a_sample_is_evaluated_named_and_another_one_is_another_cell(clsbench: Cli) -> None:
    ended = clsbench("sample=40", "seed=3")
    assert ended.code == 0, ended.said
    assert ended.run.data.params["limit"] == "sample 40 seed 3"
    assert ended.run.data.metrics["images"] == 40
    assert "only a sample of 40 images" in ended.run.data.tags["mlflow.note.content"]
    again = clsbench("sample=40", "seed=4")
    assert len({run.data.tags["fingerprint"] for run in again.runs}) == 2


def test_a_limit_of_one_class_is_warned_of(clsbench: Cli) -> None:
    ended = clsbench("limit=5")
    assert ended.code == 0, ended.said
    assert "limit=5: these images are all of one class; sample=5 draws from every class" in ended.said


def test_a_limit_and_a_sample_together_are_refused(clsbench: Cli) -> None:
    ended = clsbench("limit=5", "sample=5")
    assert ended.code == 1
    assert "limit=5 sample=5: give one of them" in ended.said
