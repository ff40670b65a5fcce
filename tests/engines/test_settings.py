import pytest

from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.errors import ConfigError, EngineError


def test_a_precision_that_an_engine_lacks_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(EngineError, match=r"engine=onnxruntime precision=fp16: it computes in fp32, tf32, int8 only"):
        OnnxRuntime(device="cpu", precision="fp16", threads=None, streams=None, batch_size=None, provider="auto")
    with pytest.raises(EngineError, match=r"engine=caffe precision=bf16"):
        Caffe(device="cpu", precision="bf16", threads=None, processes=1, batch_size=None, python=None)


def test_a_precision_that_nobody_has_is_an_error_that_lists_those_there_are() -> None:
    with pytest.raises(ConfigError, match="fp32, tf32, bf16, fp16, int8"):
        OnnxRuntime(device="cpu", precision="int3", threads=None, streams=None, batch_size=None, provider="auto")


@pytest.mark.parametrize("count", [0, -2])
def test_counts_below_one_are_refused_by_name(count: int) -> None:
    with pytest.raises(ConfigError, match=f"engine.threads={count}"):
        OnnxRuntime(device="cpu", precision="fp32", threads=count, streams=None, batch_size=None, provider="auto")
    with pytest.raises(ConfigError, match=f"batch_size={count}"):
        OnnxRuntime(device="cpu", precision="fp32", threads=None, streams=None, batch_size=count, provider="auto")
    with pytest.raises(ConfigError, match=f"engine.processes={count}"):
        Caffe(device="cpu", precision="fp32", threads=None, processes=count, batch_size=None, python=None)


def test_a_device_that_does_not_exist_is_refused_when_the_engine_is_made() -> None:
    with pytest.raises(ConfigError, match="device=tpu"):
        OnnxRuntime(device="tpu", precision="fp32", threads=None, streams=None, batch_size=None, provider="auto")
