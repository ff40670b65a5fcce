"""Every Caffe layer type, exported: its operators together, on ONNX Runtime and in PyTorch."""

from pathlib import Path

import layer_nets
import numpy as np
import pytest

from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.engines.torch import Torch


@pytest.mark.parametrize("name", layer_nets.NAMES)
@pytest.mark.parametrize("channels_last", [False, True])
def test_every_layer_type_gives_what_onnx_runtime_gives(
    onnx_runtime: OnnxRuntime, tmp_path: Path, name: str, *, channels_last: bool
) -> None:
    torch = Torch(
        device="cpu",
        precision="fp32",
        threads=1,
        streams=1,
        batch_size=1,
        channels_last=channels_last,
        compile=False,
        cuda_graphs=False,
    )
    network = layer_nets.exported_to(name, tmp_path)
    views = np.random.default_rng(1).standard_normal((5, *network.input_shape)).astype(np.float32)
    with torch.open(network) as predictor, onnx_runtime.open(network) as judge:
        for batch in (1, 3, 5, 2):
            np.testing.assert_allclose(predictor(views[:batch]), judge(views[:batch]), rtol=1e-5, atol=1e-5)
