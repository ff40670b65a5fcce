"""What the command line means before Hydra reads it."""

from clsbench.composition.arguments import completed
from clsbench.config import CONF

OWN = ["model.prototxt=deploy.prototxt", "model.weights=net.caffemodel"]


def test_two_own_files_without_a_model_are_a_custom_one() -> None:
    assert completed(OWN, CONF / "model") == [*OWN, "model=custom"]


def test_an_onnx_file_without_a_model_is_a_custom_one() -> None:
    assert completed(["model.onnx=net.onnx"], CONF / "model") == ["model.onnx=net.onnx", "model=custom"]
    assert completed(["model=digits", "model.onnx=a"], CONF / "model") == ["model=digits", "model.onnx=a"]


def test_a_model_that_is_named_stays() -> None:
    assert completed(["model=resnet50", *OWN], CONF / "model") == ["model=resnet50", *OWN]


def test_one_file_alone_is_no_network_of_its_own() -> None:
    assert completed(OWN[1:], CONF / "model") == OWN[1:]
    assert completed(["crop=multi12"], CONF / "model") == ["crop=multi12"]


def test_an_alias_is_replaced() -> None:
    assert completed(["-m", "model=dpn-68,senet"], CONF / "model") == ["-m", "model=dpn-68-extra,senet"]


def test_of_several_options_of_a_group_the_last_counts() -> None:
    given = ["model=digits", "preprocessing=torch", "crop_size=28", "preprocessing=caffe", "crop_size=32"]
    assert completed(given, CONF / "model") == ["model=digits", "crop_size=28", "preprocessing=caffe", "crop_size=32"]


def test_own_files_take_the_place_of_the_models_that_an_experiment_sweeps_over() -> None:
    for experiment in ("crop_curve", "table1"):
        given = ["-m", f"experiment={experiment}", *OWN]
        assert completed(given, CONF / "model") == [*given, "model=custom"]
    unknown = ["experiment=of_my_own", *OWN]
    assert completed(unknown, CONF / "model") == unknown


def test_several_gpus_are_one_device_and_no_sweep() -> None:
    given = ["-m", "device=cuda:0,1", "+device=cuda:0,12,3"]
    assert completed(given, CONF / "model") == ["-m", "device='cuda:0,1'", "+device='cuda:0,12,3'"]
    for sweep in ("device=cpu,cuda:0", "device=cuda:0,cuda:1", "device=cuda:0", "crop=single,multi12"):
        assert completed([sweep], CONF / "model") == [sweep]
