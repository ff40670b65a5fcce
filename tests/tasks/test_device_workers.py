from clsbench.console.progress import Standing
from clsbench.tasks.device_workers import together


def test_parts_stand_together_by_their_images() -> None:
    parts = [Standing(30, 10.0, 0.0, 100.0), Standing(10, 50.0, 20.0, 60.0), Standing(0, None, None, None)]
    assert together(parts) == Standing(40, 20.0, 5.0, 160.0)


def test_parts_without_labels_or_a_speed_have_none_together() -> None:
    assert together([Standing(3, None, None, None)]) == Standing(3, None, None, None)
    assert together([]) == Standing(0, None, None, None)
