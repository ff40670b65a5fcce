from collections.abc import Callable

import pytest

from clsbench.caffe.net import Value
from clsbench.caffe.prototxt import parse_prototxt

INPUT = "input: 'data' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8\n"
HEAD = INPUT + "layer {\n  name: 'it' bottom: 'data' top: 'it'\n"


def _params(body: str) -> dict[str, Value]:
    (layer,) = parse_prototxt(HEAD + body + "}", "net.prototxt").layers
    assert layer.line == 2
    return dict(layer.params)


@pytest.mark.parametrize(
    ("body", "params"),
    [
        ("type: 'ReLU'", {}),
        ("type: 'ReLU' relu_param { negative_slope: 0.1 engine: CAFFE }", {"negative_slope": 0.1}),
        (
            "type: 'Convolution' convolution_param { num_output: 4 kernel_h: 3 kernel_w: 1 pad: 1 pad: 0 "
            "bias_term: false weight_filler { type: 'xavier' } }",
            {"num_output": 4, "kernel_h": 3, "kernel_w": 1, "pad": (1, 0), "bias_term": False},
        ),
        ("type: 'Pooling' pooling_param { pool: AVE ceil_mode: false }", {"pool": "AVE", "ceil_mode": False}),
        ("type: 'Pooling' pooling_param { pool: 0 round_mode: FLOOR }", {"pool": "MAX", "round_mode": "FLOOR"}),
        ("type: 'Reshape' reshape_param { shape { dim: 0 dim: -1 } axis: 0 }", {"shape": (0, -1), "axis": 0}),
        ("type: 'Dropout' dropout_param { dropout_ratio: 0.4 }", {}),
        ("type: 'BatchNorm' batch_norm_param { use_global_stats: true }", {"use_global_stats": True}),
        ("type: 'BatchNorm' batch_norm_param { moving_average_fraction: 0.9 eps: 1e-3 }", {"eps": 0.001}),
        (
            "type: 'Pooling' pooling_param { pool: AVE_TF pad_l: 1 pad_r: 2 pad_t: 0 pad_b: 1 }",
            {"pool": "AVE_TF", "pad_l": 1, "pad_r": 2, "pad_t": 0, "pad_b": 1},
        ),
        ("type: 'BatchNorm' batch_norm_param { scale_bias: true scale_filler { value: 1 } }", {"scale_bias": True}),
        ("type: 'ReLU' engine: 'MKLDNN' forward_type: FLOAT16 multinode { num_nodes: 2 }", {}),
        # what does not matter at inference, and another type's message
        (
            "type: 'ReLU' param { lr_mult: 0 } loss_weight: 0 propagate_down: true phase: TRAIN "
            "include { phase: TEST } convolution_param { num_outputs: 3 } transform_param { mirror: true }",
            {},
        ),
    ],
)
def test_a_layer_has_the_settings_that_it_sets_and_that_matter(body: str, params: dict[str, Value]) -> None:
    assert _params(body) == params


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("type: 'ReLU'\n  botom: 'x'", "line 5: layer 'it', botom: a layer has no such field; did you mean bottom?"),
        ("type: 'ReLU'\n  relu_parm { }", "relu_parm: a layer has no such field; did you mean relu_param?"),
        ("type: 'Relu'", "line 4: layer 'it', type: layer type 'Relu' is unknown; did you mean ReLU?"),
        ("type: RELU", "must be in quotes; RELU without them belongs to layers, the older format"),
        ("", "must have one type"),
        ("type: 'ReLU' type: 'ReLU'", "must have one type"),
        (
            "type: 'Convolution'\n convolution_param {\n  num_output: 3\n  kernelsize: 3 }",
            "line 7: layer 'it', kernelsize: convolution_param has no such field; did you mean kernel_size?",
        ),
        ("type: 'Convolution' convolution_param { num_output: 3 num_output: 4 }", "num_output: is given 2 times"),
        ("type: 'Pooling' pooling_param { kernel_size: [3, 3] }", "kernel_size: is given 2 times"),
        ("type: 'ReLU' relu_param { } relu_param { }", "relu_param: is given twice"),
        ("type: 'ReLU' relu_param: 3", "relu_param: must be a block"),
        ("type: 'CenterLoss'", "CenterLoss is for training; give the deploy prototxt"),
        ("type: 'PriorBox'", "PriorBox is a detector's layer; clsbench evaluates classifiers"),
        ("type: 'SmoothL1Loss'", "SmoothL1Loss is a detector's layer; clsbench evaluates classifiers"),
        ("type: 'WindowData'", "WindowData is a detector's layer; clsbench evaluates classifiers"),
        ("type: 'LSTM'", "LSTM is a layer of sequence networks; clsbench evaluates classifiers"),
        ("type: 'Filter'", "Filter is not supported: how many images it passes on depends on the images"),
        ("type: 'Python'", "its code is a layer in Python: its code is not in this file"),
        (
            "type: 'Python' python_param { module: 'rpn.proposal_layer' layer: 'ProposalLayer' }",
            "rpn.proposal_layer.ProposalLayer is a detector's layer",
        ),
        ("type: 'ReLU' quantization_param { bw_params: 8 }", "Intel Caffe computes this layer in 8 bits"),
        ("type: 'BatchNorm' phase: TRAIN", "TRAIN makes this layer work as in training"),
        ("type: 'BatchNorm' batch_norm_param { use_global_stats: false }", "depend on the others in its batch"),
        ("type: 'ReLU' phase: TRAINING", "phase: must have phase TRAIN or TEST"),
        ("type: 'ReLU' bottom: data", "bottom: must be a string in quotes"),
        ("type: 'ReLU' name: 'again'", "name: is given twice"),
        ("type: 'ReLU' blobs { data: 1 }", "weights in a prototxt are not supported"),
        ("type: 'ReLU' include { phase: TEST } exclude { phase: TRAIN }", "include: include and exclude must not"),
    ],
)
def test_a_fault_is_named_with_file_line_layer_and_field(body: str, words: str, refusal: Callable[[str], str]) -> None:
    message = refusal(HEAD + "  " + body + "\n}")
    assert message.startswith("net.prototxt")
    assert "layer 'it'" in message
    assert words in message


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("layers { name: 'c' type: CONVOLUTON bottom: 'data' top: 'c' }", "did you mean CONVOLUTION?"),
        ("layers { name: 'c' type: 'Convolution' bottom: 'data' top: 'c' }", "without quotes"),
        ("layers { name: 'c' type: 99 bottom: 'data' top: 'c' }", "not '99'"),
        ("layers { name: 'd' type: WINDOW_DATA top: 'd' }", "WindowData is a detector's layer"),
        ("layers { type: RELU bottom: 'data' top: 'c' layer { name: 'c' type: 'conv' } }", "the oldest format (V0)"),
        ("layers { layer { name: 'c' type: 'conv' num_output: 4 } bottom: 'data' top: 'c' }", "the oldest format (V0)"),
    ],
)
def test_a_fault_in_the_older_format_is_named_likewise(layer: str, words: str, refusal: Callable[[str], str]) -> None:
    assert words in refusal(INPUT + layer)
