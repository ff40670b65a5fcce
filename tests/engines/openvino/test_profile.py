"""OpenVINO's counters, under the names of the ONNX file."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any

import layer_nets
import numpy as np
import pytest
from onnx import helper

from clsbench.engines.openvino.engine import OpenVino
from clsbench.engines.openvino.profile import Counter, counters, node_times, nodes_of
from clsbench.engines.timed import LayerTime


class _Status(Enum):
    EXECUTED = auto()
    NOT_RUN = auto()


@dataclass
class _Info:
    node_name: str
    node_type: str
    microseconds: int
    status: _Status

    @property
    def real_time(self) -> timedelta:
        return timedelta(microseconds=self.microseconds)


def test_only_what_was_run_counts() -> None:
    told = [_Info("conv", "Convolution", 250, _Status.EXECUTED), _Info("relu", "Relu", 0, _Status.NOT_RUN)]
    assert counters(told) == [Counter("conv", "Convolution", 0.25)]


def test_a_node_made_of_several_has_the_name_of_the_first_that_the_file_knows() -> None:
    origins = {"Multiply_7": ["Multiply_7", "scale/Mul", "relu"], "prob_out": ["prob_out"], "reorder_1": [""]}
    nodes = {"scale/Mul": "scale/Mul", "relu": "relu", "prob": "prob", "prob_out": "prob"}
    runs = [
        [
            Counter("Multiply_7", "Multiply", 1.0),
            Counter("reorder_1", "Reorder", 0.5),
            Counter("reorder_2", "Reorder", 0.5),
            Counter("prob_out", "Softmax", 2.0),
        ],
        [Counter("Multiply_7", "Multiply", 3.0), Counter("prob_out", "Softmax", 2.0)],
    ]
    assert node_times(runs, origins, nodes) == [
        LayerTime("scale/Mul", "Multiply", 2.0),
        LayerTime("Reorder", "Reorder", 0.5),
        LayerTime("prob", "Softmax", 2.0),
    ]


def test_a_node_is_known_by_its_outputs_too() -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="relu"), helper.make_node("Relu", ["y"], ["relu"], name="z")]
    assert nodes_of(helper.make_graph(nodes, "", [], [])) == {"relu": "relu", "y": "relu", "z": "z"}


def test_a_real_profile_has_the_nodes_of_the_file(openvino: OpenVino, small: Any) -> None:
    times = replace(openvino, streams=None).profile(small.network, small.views(2), 5)
    assert {"FullyConnected", "Softmax"} <= {each.type for each in times}
    assert all(each.forward_ms >= 0 and each.backward_ms is None for each in times)


# What OpenVINO adds; and it forgets what a product of more than two axes was made of, which no network here has.
_OWN = {"Reorder", "Transpose", "Reshape", "FullyConnected"}


@pytest.mark.parametrize("name", layer_nets.NAMES)
def test_every_layer_type_keeps_its_name(openvino: OpenVino, tmp_path: Path, name: str) -> None:
    network = layer_nets.exported_to(name, tmp_path)
    views = np.zeros((1, *network.input_shape), np.float32)
    types = layer_nets.layer_types(name)
    for each in openvino.profile(network, views, 1):
        assert each.layer.partition("_")[0] in types or each.layer in _OWN, each
