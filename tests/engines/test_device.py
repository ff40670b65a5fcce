import pytest

from clsbench.engines.device import Device, parse_device
from clsbench.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "device"),
    [("auto", Device("auto")), ("cpu", Device("cpu")), ("cuda", Device("cuda")), ("cuda:12", Device("cuda", 12))],
)
def test_the_four_forms_are_read(text: str, device: Device) -> None:
    assert parse_device(text) == device


@pytest.mark.parametrize("text", ["", "gpu", "cuda:", "cuda:-1", "cpu:0", "CUDA", "cuda:0\n"])
def test_any_other_form_is_an_error_that_names_the_four(text: str) -> None:
    with pytest.raises(ConfigError, match="auto, cpu, cuda or cuda:N"):
        parse_device(text)


def test_only_cuda_must_be_cuda_and_only_cpu_may_not() -> None:
    devices = [parse_device(text) for text in ("auto", "cpu", "cuda:1")]
    assert [device.must_be_cuda for device in devices] == [False, False, True]
    assert [device.may_be_cuda for device in devices] == [True, False, True]
