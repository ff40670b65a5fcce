"""The short words of python -m clsbench.doctor, and the command that an evaluation points to."""

from clsbench.doctor.command_line import as_task, doctor_command


def test_the_task_is_the_doctors_whatever_was_evaluated() -> None:
    assert as_task(["model=resnet50", "task=evaluate"]) == ["model=resnet50", "task=doctor"]


def test_the_command_keeps_the_settings_and_quotes_them_for_a_shell() -> None:
    given = ["model.prototxt=my net.prototxt", "limit=100", "preprocessing.mean=[104,117,123]"]
    assert doctor_command(given) == (
        "clsbench doctor 'model.prototxt=my net.prototxt' 'preprocessing.mean=[104,117,123]'"
    )
