"""Every Caffe layer type, exported: its operators together in either memory layout."""

from dataclasses import replace
from pathlib import Path

import layer_nets
import numpy as np
import pytest

from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.engines.torch.engine import Torch


@pytest.mark.parametrize("name", layer_nets.NAMES)
def test_every_layer_type_gives_what_onnx_runtime_gives_with_channels_first_too(
    torch: Torch, onnx_runtime: OnnxRuntime, tmp_path: Path, name: str
) -> None:
    network = layer_nets.exported_to(name, tmp_path)
    views = np.random.default_rng(1).standard_normal((5, *network.input_shape)).astype(np.float32)
    with replace(torch, channels_last=False).open(network) as predictor, onnx_runtime.open(network) as judge:
        for batch in (1, 3, 5, 2):
            np.testing.assert_allclose(predictor(views[:batch]), judge(views[:batch]), rtol=1e-5, atol=1e-5)
