from collections.abc import Callable
from pathlib import Path

import pytest

from clsbench.caffe.net import Net
from clsbench.caffe.prototxt import parse_prototxt, read_prototxt
from clsbench.errors import NetError

INPUT = "\ninput: 'data' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8\n"
RELU = "\nlayer { name: 'relu' type: 'ReLU' bottom: 'data' top: 'relu' }\n"


def _net(text: str) -> Net:
    return parse_prototxt(text, "net.prototxt")


@pytest.mark.parametrize(
    "given",
    [
        INPUT,
        "input: 'data' input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }",
        "layer { name: 'in' type: 'Input' top: 'data' input_param { shape: { dim: 1 dim: 3 dim: 8 dim: 8 } } }",
        "layer { name: 'in' type: 'Input' top: 'data' input_param { shape { dim: [1, 3, 8, 8] } } }",
        "input: 'data'\ninput_dim: [1, 3, 8, 8]",
    ],
)
def test_all_ways_to_give_an_input_are_one(given: str) -> None:
    net = _net("name: 'n'\n" + given + RELU)
    assert net.name == "n"
    assert net.inputs == {"data": (1, 3, 8, 8)}
    assert [layer.name for layer in net.layers] == ["relu"]


def test_several_inputs_keep_their_order() -> None:
    silence = "layer { name: 's' type: 'Silence' bottom: 'a' bottom: 'b' }"
    dims = " ".join(f"input_dim: {size}" for size in range(1, 9))
    assert _net(f"input: 'a' input: 'b' {dims} {silence}").inputs == {"a": (1, 2, 3, 4), "b": (5, 6, 7, 8)}
    layer = "layer { name: 'i' type: 'Input' top: 'a' top: 'b' input_param { shape { dim: 7 } } }"
    assert _net(layer + silence).inputs == {"a": (7,), "b": (7,)}


def test_the_older_format_gives_the_same_net() -> None:
    old = """
    layers {
      name: 'conv' type: CONVOLUTION bottom: 'data' top: 'conv' blobs_lr: 1 blobs_lr: 2 weight_decay: 1 weight_decay: 0
      convolution_param { num_output: 4 kernel_size: 3 weight_filler { type: 'xavier' } }
    }
    layers { name: 'relu' type: 18 bottom: 'conv' top: 'conv' }
    layers { name: 'loss' type: SOFTMAX_LOSS bottom: 'conv' bottom: 'label' include: { phase: TRAIN } }
    layers { name: 'cat' type: CONCAT bottom: 'conv' top: 'cat' concat_param { concat_dim: 1 } }
    """
    new = """
    layer {
      name: 'conv' type: 'Convolution' bottom: 'data' top: 'conv' param { lr_mult: 1 } param { lr_mult: 2 }
      convolution_param { num_output: 4 kernel_size: 3 }
    }
    layer { name: 'relu' type: 'ReLU' bottom: 'conv' top: 'conv' }
    layer { name: 'cat' type: 'Concat' bottom: 'conv' top: 'cat' concat_param { concat_dim: 1 } }
    """
    assert _net(INPUT + old) == _net(INPUT + new)


def test_only_the_layers_of_the_phase_that_tests_are_read() -> None:
    training = """
    layer { name: 'data' type: 'Data' top: 'data' top: 'label' include { phase: TRAIN } data_param { batch: 5 } }
    layer { name: 'acc' type: 'Accuracy' bottom: 'relu' bottom: 'label' top: 'acc' exclude { phase: TEST } }
    layer { name: 'aux' type: 'ReLU' bottom: 'relu' top: 'aux' include { stage: 'aux' } }
    """
    assert len(_net(INPUT + RELU + training).layers) == 1
    assert len(_net("state { stage: 'aux' }" + INPUT + RELU + training).layers) == 2


def test_fields_of_training_do_not_matter() -> None:
    net = _net("force_backward: true debug_info: false state { phase: TEST }" + INPUT + RELU)
    assert net == _net(INPUT + RELU)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no layer"),
        ("type: 'hpu' options { cores: 4 }", "this is not a network: it begins with 'type' and holds no layer"),
        (INPUT, "holds no layer"),
        (RELU, "network '' has no input"),
        ("input: 'data'" + RELU, "there are 1 input and 0 shapes"),
        ("input: 'data' input_dim: 1" + RELU, "there are 1, but 1 input need 4"),
        (INPUT + "input_shape { dim: 1 }" + RELU, "is given as well as input_shape"),
        ("input_shape { dim: 1 }" + RELU, "there are 0 input and 1 shapes"),
        (INPUT + INPUT + RELU, "line 4: input: an input is given twice"),
        (
            INPUT + "layer { type: 'Input' top: 'data' input_param { shape { dim: 1 } } }",
            "which the file gives already",
        ),
        ("layer { name: 'i' type: 'Input' top: 'data' }" + RELU, "has 0 shapes for 1 tops"),
        ("layer { type: 'Input' input_param { shape { dim: 1 } } }" + RELU, "at least one top"),
        (INPUT + "layres { }", "line 3: layres: a net has no such field; did you mean layers?"),
        (INPUT + RELU + "layers { name: 'x' type: RELU bottom: 'relu' top: 'x' }", "must not be in one file"),
        ("net: 'x.prototxt' base_lr: 0.1", "this is a solver"),
        (INPUT + RELU.replace("'data'", "'dta'"), "net.prototxt: layer 'relu' of type ReLU (line 4): reads blob 'dta'"),
        (INPUT + "layer: 5", "line 3: layer: must be a block"),
        ("name: 'a' name: 'b'" + INPUT + RELU, "name: is given twice"),
        ("name: FireNet" + INPUT + RELU, "name: must be a string in quotes"),
        (INPUT + RELU + "state { levle: 2 }", "line 5: state: has no field 'levle'"),
    ],
)
def test_a_fault_is_named_with_file_line_and_cure(text: str, words: str, refusal: Callable[[str], str]) -> None:
    message = refusal(text)
    assert message.startswith("net.prototxt")
    assert words in message


@pytest.mark.shared
def test_a_real_deploy_file_is_read_whole(shared: Path) -> None:
    net = read_prototxt(shared / "squeezenet" / "deploy.prototxt")
    assert net.name == "FireNet"
    assert net.inputs == {"data": (1, 3, 227, 227)}
    assert len(net.layers) == 66
    assert net.layers[0].params == {"num_output": 96, "kernel_size": (7,), "stride": (2,)}
    assert net.layers[0].line == 7


def test_what_is_no_file_or_no_text_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent", Path("/dev/zero")):
        with pytest.raises(NetError, match="there is no such file"):
            read_prototxt(path)
    binary = tmp_path / "x.caffemodel"
    binary.write_bytes(b"\x0a\x00\x92\x06")
    with pytest.raises(NetError, match="a binary file, not a prototxt"):
        read_prototxt(binary)


def test_what_forks_say_of_training_and_of_their_own_machines_changes_nothing() -> None:
    forks = "default_forward_type: FLOAT16 reduce_buckets: 3 bn_stats_batch_size: 32 engine: 'MKLDNN'\n"
    layer = "layer { name: 'y' type: 'ReLU' bottom: 'data' top: 'y' }"
    assert parse_prototxt(forks + INPUT + layer, "net") == parse_prototxt(INPUT + layer, "net")
