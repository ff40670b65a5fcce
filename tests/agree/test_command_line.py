"""The short words of python -m clsbench.agree."""

from clsbench.agree.command_line import as_task


def test_settings_of_the_comparison_belong_to_the_task() -> None:
    given = ["-m", "model=resnet50", "engines=onnxruntime,caffe", "images=random", "onnx=a=b.onnx", "engine.threads=1"]
    assert as_task(given) == [
        "-m",
        "model=resnet50",
        "task.engines=[onnxruntime,caffe]",
        "task.images=random",
        "task.onnx=a=b.onnx",
        "engine.threads=1",
        "task=agree",
    ]


def test_a_list_stays_a_list() -> None:
    assert as_task(["engines=[a,b]"]) == ["task.engines=[a,b]", "task=agree"]
