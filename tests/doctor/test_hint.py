"""When an evaluation points to the doctor."""

from clsbench.doctor.hint import doctor_hint
from clsbench.evaluation.tally import Tally


def _tally(hits: int) -> Tally:
    return Tally(classes=1000, images=300, labelled=300, top1_hits=hits)


def test_near_chance_the_line_has_the_command() -> None:
    hint = doctor_hint(_tally(1), {}, ["model=resnet50"])
    assert hint == ("1 of 300 images right is near chance; which setting is wrong? clsbench doctor model=resnet50")


def test_far_above_the_published_error_as_well() -> None:
    metrics = {"delta_top1_error": 12.0, "top1_stderr": 1.0}
    assert "12.0 points above the published one" in doctor_hint(_tally(200), metrics, [])
    assert not doctor_hint(_tally(200), {"delta_top1_error": 1.5, "top1_stderr": 0.2}, [])
    assert not doctor_hint(_tally(200), {"delta_top1_error": 12.0, "top1_stderr": 5.0}, [])


def test_a_sound_evaluation_has_none() -> None:
    assert not doctor_hint(_tally(180), {}, [])
